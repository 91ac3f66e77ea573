import { describe, expect, it } from 'vitest';
import { RemoteFault } from '../../../../../src/sync/domain/remote-fault.js';
import type { RemoteSecret, RemoteState } from '../../../../../src/sync/domain/remote-store.js';
import { ParameterStore } from '../../../../../src/sync/stores/aws/parameter-store.js';
import { jsonPayload } from '../../../../../src/sync/stores/json-payload.js';
import { absent, type FakeAnswer, fakeAws, never, ours, ownTags, valuesFor } from './fake-aws.js';

const lost = new RemoteFault('TargetTimeout', 'no answer in time');
const parameter = (version: number) => ({
  ...{ Name: '/k8s/db', Version: version, LastModifiedDate: 1_796_000_000 + version },
  Value: '{"key":"value"}',
});
const text = (version: number) =>
  `${version}@${new Date((1_796_000_000 + version) * 1_000).toISOString()}`;
const history = (...versions: number[]) => ({ Parameters: versions.map(parameter) });
const present: RemoteSecret = {
  ...{ kind: 'present' as const, version: text(1), mark: ours, values: new Map() },
  changedAt: undefined,
};

function storeOf(answers: Readonly<Record<string, readonly FakeAnswer[]>>) {
  const aws = fakeAws({
    GetParameter: [{ Parameter: parameter(1) }],
    ListTagsForResource: [{ TagList: ownTags }],
    PutParameter: [{ Version: 2 }],
    GetParameterHistory: [history(1, 2)],
    ...answers,
  });
  const { client } = aws;
  const options = { client, payload: jsonPayload, kmsKeyId: 'alias/own' };
  return { ...aws, store: new ParameterStore({ ...options, tier: 'advanced' }) };
}

const write = (store: ParameterStore, expected: RemoteState = present, value = 'c4n4ry') => {
  const idempotencyToken = 'a'.repeat(64);
  const wanted = { values: valuesFor(value), mark: ours, expected, idempotencyToken };
  return store.write('k8s/db', wanted, never);
};

describe('a write of a parameter', () => {
  it('keeps type, tier and key in each version, and has tags only at first', async () => {
    const common = {
      ...{ Name: '/k8s/db', Value: '{"key":"c4n4ry"}', Type: 'SecureString' },
      ...{ Tier: 'Advanced', KeyId: 'alias/own' },
    };
    const first = storeOf({ PutParameter: [{ Version: 1 }] });
    expect(await write(first.store, absent)).toEqual({ version: text(1), overwritten: [] });
    expect(first.calls[0]).toEqual([
      'PutParameter',
      { ...common, Overwrite: false, Tags: ownTags },
    ]);
    const second = storeOf({});
    expect(await write(second.store)).toEqual({ version: text(2), overwritten: [] });
    expect(second.calls[2]).toEqual(['PutParameter', { ...common, Overwrite: true }]);
  });

  it('has no reference to another parameter, which AWS would refuse', async () => {
    const { store, calls } = storeOf({});
    await write(store, present, 'a {{ssm:other}} {{{b}}}');
    const [, input] = calls[2] ?? [];
    expect(input).toMatchObject({
      Value: String.raw`{"key":"a {\u007bssm:other}} {\u007b{b}}}"}`,
    });
    const { Value: text } = input as { readonly Value: string };
    expect(JSON.parse(text)).toEqual({ key: 'a {{ssm:other}} {{{b}}}' });
  });

  it('gives no mark to a parameter that others have created again meanwhile', async () => {
    const { store, operations } = storeOf({
      ListTagsForResource: [{ TagList: [] }],
      GetParameterHistory: [history(2)],
    });
    expect(await write(store, { ...present, mark: undefined })).toMatchObject({ overwritten: [] });
    expect(operations()).not.toContain('AddTagsToResource');
  });

  it('decrypts nothing that is only compared', async () => {
    const { store, calls } = storeOf({});
    await write(store);
    const reads = calls.filter(([operation]) => operation.startsWith('GetParameter'));
    expect(reads).toMatchObject([
      ['GetParameter', { WithDecryption: false }],
      ['GetParameterHistory', { WithDecryption: false, MaxResults: 50 }],
    ]);
  });

  it('reads the history page by page', async () => {
    const { store, calls } = storeOf({
      PutParameter: [{ Version: 4 }],
      GetParameterHistory: [{ ...history(1, 2), NextToken: 'next' }, history(3, 4)],
    });
    expect(await write(store)).toEqual({ version: text(4), overwritten: [text(2), text(3)] });
    expect(calls.at(-1)?.[1]).toMatchObject({ NextToken: 'next' });
  });

  it.each([
    ['has no end', [{ ...history(1, 2), NextToken: 'next' }], 'TargetFailed'],
    ['is denied', ['AccessDeniedException'], 'StoreDenied'],
    ['is lost', [lost], 'TargetTimeout'],
    ['has ended', ['ParameterNotFound'], 'StoreChanged'],
    ['does not have the version', [history(1)], 'StoreChanged'],
    ['is no history', [{}], 'TargetFailed'],
  ])('has written, if the history %s', async (_what, GetParameterHistory, reason) => {
    const { store, operations } = storeOf({ GetParameterHistory });
    await expect(write(store)).rejects.toMatchObject({ reason, mayHaveChanged: true });
    expect(operations().length).toBeLessThanOrEqual(7);
  });

  it.each([
    ['ParameterAlreadyExists', 'StoreChanged', false],
    ['HierarchyTypeMismatchException', 'StoreRefused', false],
    ['TooManyUpdates', 'StoreBusy', true],
  ])('that AWS refuses by %s is %s', async (code, reason, mayHaveChanged) => {
    const { store } = storeOf({ PutParameter: [code] });
    await expect(write(store, absent)).rejects.toMatchObject({ reason, mayHaveChanged });
  });
});

describe('a doubt is no absence', () => {
  it.each([
    ['an answer without a parameter', { GetParameter: [{}] }, 'TargetFailed'],
    [
      'the parameter of another name',
      { GetParameter: [{ Parameter: { ...parameter(1), Name: '/k8s/other' } }] },
      'TargetFailed',
    ],
    [
      'a parameter that ends meanwhile',
      { ListTagsForResource: ['InvalidResourceId'] },
      'StoreChanged',
    ],
    ['a denial', { GetParameter: ['AccessDeniedException'] }, 'StoreDenied'],
  ])('%s', async (_what, answers, reason) => {
    const { store } = storeOf(answers);
    await expect(store.read('k8s/db', never)).rejects.toMatchObject({ reason });
  });
});

it('a claim that another owner overwrites at once is no claim', async () => {
  const TagList = [{ Key: 'sallyport.dev/owner', Value: 'v1/cluster/ns/other' }];
  const { store } = storeOf({ ListTagsForResource: [{ TagList: [] }, { TagList }] });
  const claim = store.claim('k8s/db', { former: undefined, mark: ours }, never);
  await expect(claim).rejects.toMatchObject({ reason: 'StoreChanged', mayHaveChanged: true });
});
