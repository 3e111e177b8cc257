import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';

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

/** Validation rules that refuse what is too deep or has too many aliases, as `OPERATION_TOO_COMPLEX`. */
export const LIMIT_RULES: readonly ValidationRule[] = [
  maxDepthRule({ n: LIMITS.depth, flattenFragments: true, propagateOnRejection: false, onReject: [refuse] }),
  maxAliasesRule({ n: LIMITS.aliases, propagateOnRejection: false, onReject: [refuse] }),
];

function refuse(context: ValidationContext | null, error: GraphQLError): void {
  const message = error.message.replace(/^Syntax Error: /, '');
  context?.reportError(new GraphQLError(message, { extensions: { code: 'OPERATION_TOO_COMPLEX' } }));
}
