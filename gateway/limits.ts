import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  type ASTVisitFn,
  type ASTVisitor,
  type FloatValueNode,
  GraphQLError,
  type IntValueNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { inputPath } from '#lib/graphql/misfit.ts';

/** What one operation may be at most; every limit is far above what the graph's own consumers send (test/contract/operations). */
export const LIMITS = {
  /** Lexical tokens of the document: names, punctuation, values. */
  tokens: 4_000,
  /** How deep selections nest; introspection does not count. */
  depth: 15,
  /** Aliased fields. */
  aliases: 40,
  /** Bytes of a request's body. */
  bodyBytes: 5 * 1024 * 1024,
} as const;

/** Validation rules: what is too deep or has too many aliases is `OPERATION_TOO_COMPLEX`, a number that would change on its way `BAD_USER_INPUT`. */
export const LIMIT_RULES: readonly ValidationRule[] = [
  maxDepthRule({ n: LIMITS.depth, flattenFragments: true, propagateOnRejection: false, onReject: [refuse] }),
  exactNumbersRule,
  maxAliasesRule({ n: LIMITS.aliases, propagateOnRejection: false, onReject: [refuse] }),
];

/**
 * Numbers written into a document that a double cannot hold: the gateway would pass on another number. As strings they
 * are exact.
 */
function exactNumbersRule(context: ValidationContext): ASTVisitor {
  const check: ASTVisitFn<IntValueNode | FloatValueNode> = (node, _key, parent, _path, ancestors) => {
    if (isExact(node.value)) return;
    const extensions = { code: 'BAD_USER_INPUT', field: inputPath([...ancestors, parent]) };
    context.reportError(
      new GraphQLError('The number has too many digits: write it as a string.', { nodes: node, extensions }),
    );
  };
  return { IntValue: check, FloatValue: check };
}

/** Whether a double holds every digit: it does so for 15 significant ones (IEEE 754, binary64). */
function isExact(number: string): boolean {
  const digits = number.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return Number.isFinite(Number(number)) && (digits.length <= 15 || Number.isSafeInteger(Number(number)));
}

function refuse(context: ValidationContext | null, error: GraphQLError): void {
  const message = error.message.replace(/^Syntax Error: /, '');
  context?.reportError(new GraphQLError(message, { extensions: { code: 'OPERATION_TOO_COMPLEX' } }));
}
