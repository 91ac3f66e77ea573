import { localSchema, localSchemasIn } from '../../support/schema-manifests.js';
import { get, patch, post, type Scenario, tableType } from '../scenario.js';
import { granted, nobody, ownScenario, writesOwn } from './own-resources.js';

type Members = Readonly<Record<string, unknown>>;

const schemas = localSchemasIn('{ns}');
const one = `${schemas}/one`;
const alice = { as: '{ns}-alice' };

/** Refused, each for one reason. */
const wrong: readonly Members[] = [
  { appliesTo: undefined },
  { appliesTo: {} },
  { appliesTo: { label: '-' } },
  { mode: 'strict' },
  { keys: { a: { kind: 'unheard' } } },
  { keys: { a: { examples: 'a' } } },
  { oneOf: [{ required: [] }] },
  { rules: [{ rule: '' }] },
  { expires: {} },
];

export const localSchemaScenarios: readonly Scenario[] = [
  ownScenario(
    'schemas of a namespace are checked and completed as their definition says',
    ...wrong.map((spec) => post(422, schemas, localSchema('bad', spec))),
    post(
      201,
      schemas,
      localSchema('one', { keys: { a: { schema: { pattern: 'a', unheard: 1 } } }, surplus: 1 }),
    ),
    patch(200, one, { spec: { mode: 'warn' } }),
    patch(422, one, { spec: { appliesTo: { label: null } } }),
    patch(200, `${one}/status`, {
      status: { state: 'Valid', surplus: 1, violations: { refused: 1, warned: 0 } },
    }),
    get(200, one),
    get(200, schemas, { headers: { accept: tableType } }),
  ),
  ownScenario(
    'a schema of a namespace is written by who may list the Secrets there',
    ...granted('alice', writesOwn, { apiGroups: [''], resources: ['secrets'], verbs: ['list'] }),
    post(403, schemas, localSchema('one'), nobody),
    post(201, schemas, localSchema('one'), alice),
    patch(403, one, { spec: { mode: 'warn' } }, undefined, nobody),
    patch(200, one, { metadata: { labels: { a: 'b' } } }, undefined, nobody),
    patch(200, one, { spec: { mode: 'warn' } }, undefined, alice),
  ),
];
