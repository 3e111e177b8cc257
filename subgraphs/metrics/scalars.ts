import { GraphQLScalarType } from 'graphql';
import { SCALARS } from '#lib/graphql/scalars.ts';

/** An input that its scalar could not read. The service refuses what holds it: one event of a batch, or one argument. */
export class Unreadable {
  /** What it should have been, to go after the name of the field: `must be …`. */
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * A scalar that reads as the one of this name does everywhere else, but makes an `Unreadable` of what does not fit.
 * GraphQL refuses a whole request for one value that does not coerce, and a bad event must reject itself only. Answers
 * are written as everywhere else.
 *
 * @param reason what the caller is told; where left out, what the scalar said
 */
export function lenientScalar(name: string, reason?: string): GraphQLScalarType {
  const strict = SCALARS[name];
  if (strict === undefined) throw new TypeError(`there is no scalar ${name}`);
  const attempt = (read: () => unknown): unknown => {
    try {
      return read();
    } catch (error) {
      return new Unreadable(reason ?? (error as Error).message);
    }
  };
  return new GraphQLScalarType({
    ...strict.toConfig(),
    parseValue: (value) => attempt(() => strict.parseValue(value)),
    parseLiteral: (node, variables) => attempt(() => strict.parseLiteral(node, variables)),
  });
}
