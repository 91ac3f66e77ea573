import { del, get, post, put, scenario, type Scenario } from '../scenario.js';
import { encoded, secret, secrets } from './objects.js';

const one = `${secrets}/one`;
const data = { password: encoded('correct horse') };
const unknown = { ...secret('one', { data, colour: 'red' }), metadata: { name: 'one', mood: 1 } };
const twice =
  '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"one","name":"two"},"data":{}}';

export const secretRequestScenarios: readonly Scenario[] = [
  scenario(
    'the address and the body of a write must agree',
    post(400, secrets, secret('one', {}, { namespace: 'other' }), {
      message: 'the namespace of the provided object does not match',
    }),
    post(201, secrets, secret('one', {}, { namespace: '{ns}' })),
    put(400, one, secret('two'), { message: 'the name of the object (two)' }),
    put(400, one, secret('one', {}, { namespace: 'other' })),
    put(400, one, secret('')),
    post(400, secrets, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }),
    post(400, secrets, { apiVersion: 'v2', kind: 'Secret', metadata: { name: 'x' } }),
    post(201, secrets, { kind: 'Secret', metadata: { name: 'x' } }),
    post(201, secrets, { metadata: { name: 'untyped' } }),
    post(404, '/api/v1/namespaces/{ns}-none/secrets', secret('one'), {
      message: 'namespaces "{ns}-none" not found',
    }),
    get(404, '/api/v1/namespaces/{ns}-none/secrets/one'),
    get(200, '/api/v1/namespaces/{ns}-none/secrets'),
    put(404, '/api/v1/namespaces/{ns}-none/secrets/one', secret('one')),
    post(405, '/api/v1/secrets', secret('one')),
  ),
  scenario(
    'bodies that are no objects are refused',
    post(400, secrets, ''),
    post(400, secrets, '{'),
    post(422, secrets, 'null'),
    post(400, secrets, '[]'),
    post(400, secrets, '"text"'),
    post(400, secrets, '7'),
    post(400, secrets, { ...secret('x'), metadata: 'x' }),
    post(400, secrets, { ...secret('x'), metadata: { name: 7 } }),
    post(400, secrets, { ...secret('x'), metadata: { name: 'x', labels: { a: 1 } } }),
    post(400, secrets, { ...secret('x'), metadata: { name: 'x', labels: ['a'] } }),
    post(400, secrets, { ...secret('x'), type: 7 }),
    post(400, secrets, { ...secret('x'), immutable: 'yes' }),
    post(400, secrets, { ...secret('x'), data: 'x' }),
    post(415, secrets, 'a=b', { type: 'application/x-www-form-urlencoded' }),
    post(415, secrets, secret('x'), { type: 'text/plain' }),
    post(201, secrets, secret('x'), { type: 'application/json; charset=utf-8' }),
    post(201, secrets, 'apiVersion: v1\nkind: Secret\nmetadata: {name: z}\n', {
      type: 'application/yaml',
    }),
    post(400, secrets, 'a: [', { type: 'application/yaml' }),
  ),
  scenario(
    'fieldValidation says what becomes of unknown and repeated fields',
    post(201, `${secrets}?fieldValidation=Ignore&dryRun=All`, unknown),
    post(201, `${secrets}?dryRun=All`, unknown),
    post(201, `${secrets}?fieldValidation=Warn&dryRun=All`, unknown),
    post(400, `${secrets}?fieldValidation=Strict`, unknown, { message: 'unknown field "colour"' }),
    post(422, `${secrets}?fieldValidation=Other`, unknown),
    post(201, `${secrets}?fieldValidation=Ignore&dryRun=All`, twice),
    post(201, `${secrets}?fieldValidation=Warn&dryRun=All`, twice),
    post(400, `${secrets}?fieldValidation=Strict`, twice),
    post(201, secrets, unknown),
    put(200, `${one}?fieldValidation=Warn`, unknown),
    put(400, `${one}?fieldValidation=Strict`, unknown),
    get(200, one),
  ),
  scenario(
    'a dry run checks all and keeps nothing',
    post(201, `${secrets}?dryRun=All`, secret('one', { stringData: { a: 'b' } })),
    get(404, one),
    post(422, `${secrets}?dryRun=All`, secret('One')),
    post(422, `${secrets}?dryRun=Some`, secret('one')),
    post(422, `${secrets}?dryRun=All&dryRun=Some`, secret('one')),
    post(422, `${secrets}?dryRun=`, secret('one', { data })),
    post(201, secrets, secret('one', { data })),
    post(409, `${secrets}?dryRun=All`, secret('one')),
    put(200, `${one}?dryRun=All`, secret('one', { data: {} })),
    put(422, `${one}?dryRun=All`, secret('one', { type: 'other' })),
    del(200, `${one}?dryRun=All`),
    get(200, one),
    put(404, `${secrets}/two?dryRun=All`, secret('two')),
  ),
  scenario(
    'managedFields say who set what',
    post(201, `${secrets}?fieldManager=alpha`, secret('one', { data, stringData: { a: 'b' } })),
    put(200, `${one}?fieldManager=beta`, secret('one', { data: { ...data, b: '' } })),
    put(200, `${one}?fieldManager=alpha`, secret('one', { data }, { labels: { a: 'b' } })),
    put(200, one, secret('one', { data }, { labels: { a: 'c' }, finalizers: ['a.example/x'] }), {
      headers: { 'user-agent': 'tester/1.0 (linux)' },
    }),
    put(200, one, secret('one', { data }, { managedFields: [{}] })),
    put(200, one, secret('one', { data }, { managedFields: [] })),
    put(200, one, secret('one', { data: {} }, { annotations: { a: 'b' } })),
    post(422, `${secrets}?fieldManager=${'x'.repeat(129)}`, secret('two')),
    post(422, `${secrets}?fieldManager=%01`, secret('two')),
    post(201, secrets, secret('two', { immutable: true }), { headers: { 'user-agent': '' } }),
    post(201, secrets, secret('three', {}, { managedFields: [{ operation: 'Nope' }] })),
  ),
];
