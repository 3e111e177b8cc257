import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/**
 * The selection of everything that a type has, down to scalars. Fields that cannot be asked for without an argument are
 * left out, and so is what leads back to a type that it came from; such a reference is asked for its id.
 */
export function everythingOf(schema: GraphQLSchema, typeName: string): string {
  const type = schema.getType(typeName);
  if (type === undefined) throw new Error(`there is no type ${typeName}`);
  return selection(schema, type, []);
}

function selection(schema: GraphQLSchema, type: GraphQLNamedType, path: readonly string[]): string {
  if (!isCompositeType(type)) return '';
  if (isAbstractType(type)) throw new Error(`${type.name} has several shapes: ask for each of them`);
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields()).filter((field) => !field.args.some(isRequiredArgument));
  const asked = fields.flatMap((field) => {
    const named = getNamedType(field.type);
    if (!isCompositeType(named)) return field.name;
    const below = [...path, type.name];
    return below.includes(named.name) ? [] : `${field.name} ${selection(schema, named, below)}`;
  });
  return `{ ${asked.join(' ')} }`;
}
