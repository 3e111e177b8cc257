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
import { expandedSelectionsRule } from './complexity.ts';

/** What one operation may be at most; every limit is far above what the graph's own consumers send (test/contract/consumers). */
export const LIMITS = {
  /** Bytes of a request's body: 1,000 usage events with long ids are 700 kB. */
  bodyBytes: 1024 * 1024,
  /** Characters of the document. */
  characters: 100_000,
  /** Lexical tokens of the document: names, punctuation, values. */
  tokens: 4_000,
  /** How deep selections nest; introspection does not count. */
  depth: 15,
  /** Aliased fields. */
  aliases: 40,
  /** Selections with every fragment put in. */
  selections: 2_000,
  /** Directives on selections, with every fragment put in. */
  conditions: 30,
  /** Objects that can be answered, by the `first` of every list on the way. */
  objects: 50_000,
} as const;

/** A double holds every decimal number of so many significant digits (IEEE 754, binary64). */
const EXACT_DIGITS = 15;

/**
 * Validation rules: what is too deep, too long or has too many aliases is `OPERATION_TOO_COMPLEX`, a number that would
 * change on its way `BAD_USER_INPUT`.
 */
export const LIMIT_RULES: readonly ValidationRule[] = [
  maxDepthRule({ n: LIMITS.depth, flattenFragments: true, propagateOnRejection: false, onReject: [refuse] }),
  expandedSelectionsRule(LIMITS),
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

function isExact(number: string): boolean {
  if (number.length > 4 * EXACT_DIGITS || !Number.isFinite(Number(number))) return false;
  const digits = number.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return digits.length <= EXACT_DIGITS || Number.isSafeInteger(Number(number));
}

function refuse(context: ValidationContext | null, error: GraphQLError): void {
  const message = error.message.replace(/^Syntax Error: /, '');
  context?.reportError(new GraphQLError(message, { extensions: { code: 'OPERATION_TOO_COMPLEX' } }));
}
