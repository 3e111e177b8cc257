import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import {
  CurrencyResolver,
  DateTimeISOResolver,
  EmailAddressResolver,
  JSONObjectResolver,
  SafeIntResolver,
} from 'graphql-scalars';
import { formatDecimal, NotADecimal, parseDecimal } from '../decimal.ts';

/**
 * RFC 3339, kept as a string in UTC with milliseconds inside the process too: through `@requires` a service receives what
 * another one serialized, and a `Date` in one process would be a string in two.
 */
const DateTime = new GraphQLScalarType({
  ...DateTimeISOResolver.toConfig(),
  name: 'DateTime',
  serialize: (value) => new Date(value as string).toISOString(),
  parseValue: (value) => (DateTimeISOResolver.parseValue(value) as Date).toISOString(),
  parseLiteral: (node, variables) => (DateTimeISOResolver.parseLiteral(node, variables) as Date).toISOString(),
});

/** An exact decimal: a canonical string inside the process and in answers, a string or a finite number in inputs. */
const Decimal = new GraphQLScalarType({
  name: 'Decimal',
  serialize: (value) => decimal(value, formatDecimal),
  parseValue: (value) => decimal(value, parseDecimal),
  parseLiteral(node) {
    if (node.kind !== Kind.STRING && node.kind !== Kind.INT && node.kind !== Kind.FLOAT)
      throw new GraphQLError('must be a decimal number');
    return decimal(node.value, parseDecimal);
  },
});

/** The implementations of the scalars that the SDL files name; a subgraph takes those that its SDL declares. */
export const SCALARS: Readonly<Record<string, GraphQLScalarType>> = {
  DateTime,
  Decimal,
  Currency: CurrencyResolver,
  EmailAddress: EmailAddressResolver,
  JSONObject: JSONObjectResolver,
  SafeInt: SafeIntResolver,
};

function decimal(value: unknown, read: (value: unknown) => string): string {
  try {
    return read(value);
  } catch (error) {
    if (error instanceof NotADecimal) throw new GraphQLError(error.message);
    throw error;
  }
}
