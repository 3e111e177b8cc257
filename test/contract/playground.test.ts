import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { SESSION_OPERATIONS } from '#gateway/graphiql/session.ts';

const api = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'));
const examples = new URL('../../gateway/graphiql/examples/', import.meta.url);

test.each(readdirSync(examples))('the playground’s example %s fits the API schema', (file) => {
  expect(validate(api, parse(readFileSync(new URL(file, examples), 'utf8')))).toEqual([]);
});

test.each(SESSION_OPERATIONS)('what the playground’s sign-in sends fits the API schema: %s', (source) => {
  expect(validate(api, parse(source))).toEqual([]);
});
