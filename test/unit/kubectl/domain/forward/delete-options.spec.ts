import { describe, expect, it } from 'vitest';
import { isDryDelete } from '../../../../../src/kubectl/domain/forward/delete-options.js';
import { field, numberField, protobufBody } from '../../../../support/protobuf.js';

const type = { apiVersion: 'v1', kind: 'DeleteOptions' };
const protobuf = 'application/vnd.kubernetes.protobuf';
const all = field(5, 'All');
const hidden = (number: bigint): Buffer => protobufBody(type, [all], [field(number, '')]);

function isDry(body: Buffer | string, contentType?: string): boolean {
  const place = { method: 'DELETE', path: [], query: [], accept: '' } as const;
  return isDryDelete(
    { ...place, ...(contentType === undefined ? {} : { contentType }) },
    Buffer.from(body),
  );
}

describe('the options of a delete', () => {
  it.each([
    ['JSON', '{"kind":"DeleteOptions","dryRun":["All"]}', 'application/json'],
    ['JSON of no type', '{"dryRun":["All"]}', undefined],
    ['protobuf', protobufBody(type, [numberField(1, 30), all]), protobuf],
  ])('ask for no effect in %s', (_title, body, contentType) => {
    expect(isDry(body, contentType)).toBe(true);
  });

  it.each([
    ['an empty list', '{"dryRun":[]}', 'application/json'],
    ['null', '{"dryRun":null}', 'application/json'],
    ['another spelling', '{"dryrun":["All"]}', 'application/json'],
    ['protobuf without it', protobufBody(type, [field(4, 'Background')]), protobuf],
    ['JSON whose type has a parameter', '{}', 'application/json; x=protobuf'],
  ])('ask for an effect with %s', (_title, body, contentType) => {
    expect(isDry(body, contentType)).toBe(false);
  });

  it.each([
    ['a field that Go takes for the object', hidden(2n ** 32n + 2n), protobuf, 'protobuf form'],
    ['a second object', protobufBody(type, [all], [field(2, '')]), protobuf, 'more than once'],
    [
      'a dry run that is a number',
      protobufBody(type, [numberField(5, 1)]),
      protobuf,
      'protobuf form',
    ],
    ['a period that is a text', protobufBody(type, [field(1, ''), all]), protobuf, 'protobuf form'],
    ['JSON that is said to be protobuf', '{"dryRun":["All"]}', protobuf, 'protobuf form'],
    ['a member given twice', '{"dryRun":["All"],"dryRun":[]}', 'application/json', 'given twice'],
    ['a dry run that is no list', '{"dryRun":"All"}', 'application/json', 'must be a list'],
    ['no JSON', '{', 'application/json', 'not valid JSON'],
    ['YAML', 'dryRun: [All]', 'application/yaml', 'taken as application/json'],
  ])('are refused with %s', (_title, body, contentType, sentence) => {
    expect(() => isDry(body, contentType)).toThrow(sentence);
  });
});
