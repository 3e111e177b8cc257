import { type GraphQLScalarType, GraphQLScalarType as Scalar, type ValueNode } from 'graphql';

/** An input that its scalar could not read. The service refuses what holds it: one event of a batch, or one argument. */
export class Unreadable {
  /** What it should have been, to go after the name of the field: `must be …`. */
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * A scalar that reads as `strict` does, but makes an `Unreadable` of what does not fit. GraphQL refuses a whole request
 * for one value that does not coerce, and a bad event must reject itself only. Answers are written as `strict` does.
 *
 * @param reason what the caller is told; where left out, what `strict` said
 */
export function lenient(strict: GraphQLScalarType<unknown, unknown>, reason?: string): GraphQLScalarType {
  const attempt = (read: () => unknown): unknown => {
    try {
      return read();
    } catch (error) {
      return new Unreadable(reason ?? (error as Error).message);
    }
  };
  return new Scalar({
    ...strict.toConfig(),
    parseValue: (value) => attempt(() => strict.parseValue(value)),
    parseLiteral: (node: ValueNode, variables) => attempt(() => strict.parseLiteral(node, variables)),
  });
}
