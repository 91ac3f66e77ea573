import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import type { AuthoredObject } from '../../../../src/shares/copies/author-checks.js';
import { CopyAuthors } from '../../../../src/shares/copies/copy-authors.js';
import type { AuthorQuestion } from '../../../../src/shares/copies/domain/author-questions.js';
import { ImportRegistry } from '../../../../src/shares/domain/secret-imports.js';
import { ShareRegistry } from '../../../../src/shares/domain/secret-shares.js';
import type { ShareDependencies } from '../../../../src/shares/shares.dependencies.js';
import { anImport, aShare, NAMESPACE_UID } from '../domain/sharing.builder.js';
import { target } from './copy-world.js';
import { aRecord } from './domain/copy.builder.js';

const alice = { username: 'alice', uid: '', groups: [], extra: {} };
const ready = (reason: string, observedGeneration = 1) => ({
  observedGeneration,
  state: 'Active',
  conditions: [{ type: 'Ready', reason }],
});

let imports: ImportRegistry;
let shares: ShareRegistry;
let status: Readonly<Record<string, unknown>>;
let author: () => typeof alice | undefined;
let known: Map<string, { readonly object: AuthoredObject; readonly verbs: readonly string[] }>;
/** Keys that the target has, as the record of the copy states. */
let copied: readonly string[];
let authors: CopyAuthors;

beforeEach(() => {
  imports = new ImportRegistry();
  shares = new ShareRegistry();
  status = ready('Delivered');
  author = () => alice;
  known = new Map();
  copied = [];
  const lastOf = () => status;
  const verbOf = (question: AuthorQuestion) =>
    question.kind === 'right' ? question.right.verb : question.kind;
  authors = new CopyAuthors({
    shares: {
      knownImports: imports,
      knownShares: shares,
      records: { get: async () => undefined },
      authors: { of: async () => author() },
    } as unknown as ShareDependencies, // nothing else is used
    copies: { get: () => aRecord({ keys: [...copied] }) },
    statuses: { lastOf },
    shareStatuses: { lastOf },
    checks: {
      set: (object, questions) =>
        void known.set(object.uid, { object, verbs: questions.map(verbOf) }),
      forget: (uid) => void known.delete(uid),
    },
  });
});

function putImport(spec: object = { target }, rest: Partial<CustomResource> = {}) {
  const { object } = anImport({ ...spec }, rest);
  imports.put(object, NAMESPACE_UID);
  return object;
}

const learn = async (item: CustomResource) => {
  await authors.learnImport(item);
  return known.get(item.uid);
};

describe('the author of an import', () => {
  it('is asked about its rights to the target while the copy has values', async () => {
    const item = putImport();
    copied = ['password'];
    for (const [reason, isSettled] of [
      ['Delivered', true],
      ['Drifted', false],
      ['KeyExists', false],
      ['SomeKeysMissing', false],
      ['TargetImmutable', false],
    ] as const) {
      status = ready(reason);
      const object = { isSettled, kind: 'import', name: item.name };
      expect(await learn(item)).toMatchObject({ object, verbs: ['create', 'patch'] });
    }
  });

  it('is asked nothing if callers alone get values', async () => {
    status = ready('Granted');
    expect(await learn(putImport({}))).toMatchObject({ object: { isSettled: true }, verbs: [] });
  });

  it.each([
    ['nothing is granted', (): unknown => (status = ready('NotGranted'))],
    ['the author lost a right', () => (status = ready('AuthorLostRight'))],
    ['there is no status', () => (status = {})],
    ['the status is of another spec', () => (status = ready('Delivered', 2))],
    ['nobody is known to be the author', () => (author = () => undefined)],
    [
      'the database does not answer',
      () =>
        (author = () => {
          throw unavailable('down');
        }),
    ],
    ['the import is deleted', (item: CustomResource) => imports.remove(item)],
    ['another import has its name', () => putImport({ target }, { uid: 'another' })],
    ['its spec cannot be read', () => putImport({ target: {} }, { generation: 2 })],
  ])('is forgotten if %s', async (_, change) => {
    const item = putImport();
    expect(await learn(item)).toBeDefined();
    change(item);
    expect(await learn(item)).toBeUndefined();
  });

  it('is forgotten if the import changes while its author is looked up', async () => {
    const item = putImport();
    author = () => {
      putImport({ target, repair: true }, { generation: 2 });
      status = ready('Delivered', 2);
      return alice;
    };
    expect(await learn(item)).toBeUndefined();
    author = () => {
      status = ready('NotGranted', 2);
      return alice;
    };
    status = ready('Delivered', 2);
    expect(await learn(item)).toBeUndefined();
  });
});

describe('the author of a share', () => {
  it('is asked about its right to the Secret while the share is active', async () => {
    const { object } = aShare();
    shares.put(object, NAMESPACE_UID);
    await authors.learnShare(object);
    expect(known.get(object.uid)).toMatchObject({
      object: { kind: 'share', isSettled: true },
      verbs: ['get'],
    });
    status = { ...status, state: 'Suspended' };
    await authors.learnShare(object);
    expect(known.size).toBe(0);
  });
});
