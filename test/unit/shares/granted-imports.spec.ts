import { beforeEach, expect, it } from 'vitest';
import { CallTrace } from '../../../src/calls/domain/call-trace.js';
import { shareLimits } from '../../../src/core/share-limits.js';
import type { AuthorProblem } from '../../../src/custom-resources/domain/author.js';
import type { ParsedImport } from '../../../src/shares/domain/import-spec.js';
import { ShareRegistry } from '../../../src/shares/domain/secret-shares.js';
import type { SharePins } from '../../../src/shares/domain/share-pins.js';
import { GrantedImports } from '../../../src/shares/granted-imports.js';
import { ShareStates } from '../../../src/shares/share-states.js';
import type { ShareDependencies } from '../../../src/shares/shares.dependencies.js';
import { callContext } from '../audit/audit-builders.js';
import { ManualClock } from '../auth/manual-clock.js';
import { aShare, anImport, NAMESPACE_UID } from './domain/sharing.builder.js';

const ref = { namespace: 'shop', name: 'pay-db' };
const share = aShare();

let clock: ManualClock;
let knownShares: ShareRegistry;
let imported: ParsedImport | undefined;
let problem: AuthorProblem | undefined;
let pins: SharePins | undefined;
let isKnown: boolean;
let questions: string[];
let granted: GrantedImports;

beforeEach(() => {
  clock = new ManualClock();
  knownShares = new ShareRegistry();
  knownShares.put(share.object, NAMESPACE_UID);
  imported = anImport();
  problem = undefined;
  pins = undefined;
  isKnown = true;
  questions = [];
  granted = new GrantedImports(dependencies());
});

function dependencies(): ShareDependencies {
  const asked = <T>(question: string, answer: () => T): Promise<T> => {
    questions.push(question);
    return Promise.resolve(answer());
  };
  const facts = { uid: NAMESPACE_UID, annotations: {}, createdAt: '', resourceVersion: '' };
  const authors = { of: async () => undefined, problemOf: () => asked('author', () => problem) };
  const record = () => pins && { author: undefined, specHash: undefined, facts: pins };
  const records = {
    get: () => asked('record', record),
    saveFacts: () => Promise.resolve(true),
  };
  const inCluster = () => knownShares.get(share.object)?.object ?? share.object;
  const parts = {
    ...{ clock, knownShares, importFeed: {}, shareFeed: {} },
    states: new ShareStates(authors, records as never, clock),
    namespaces: { known: () => facts, confirm: () => asked('namespace', () => facts) },
    shares: { get: () => asked('share', inCluster) },
    served: { isServed: () => true },
    importNow: () => imported,
    requireKnown: () => {
      if (!isKnown) throw new Error('not known now');
    },
  };
  return parts as unknown as ShareDependencies;
}

function decide() {
  return granted.of({ ctx: callContext(), trace: new CallTrace() }, ref);
}

/** Decides once, so that everything about the grant is remembered. */
async function remember(): Promise<void> {
  await decide();
  expect(questions).toEqual(['namespace', 'share', 'record', 'author']);
  questions = [];
}

it('asks nothing again while all that it needs is young enough', async () => {
  await remember();
  const { grant } = await decide();
  expect(grant.keys).toEqual([{ key: 'password', as: 'password' }]);
  expect(questions).toEqual([]);
  clock.advance(shareLimits.shareConfirmedMs);
  await decide();
  expect(questions).toEqual(['share']);
});

it('grants nothing from the moment that the end of the share is known', async () => {
  await remember();
  const spec = { ...share.object.spec, revoked: true };
  knownShares.put({ ...share.object, spec, generation: 2 }, NAMESPACE_UID);
  await expect(decide()).rejects.toMatchObject({ code: 'NotFound', internal: 'Revoked' });
  knownShares.remove(share.object);
  await expect(decide()).rejects.toMatchObject({ internal: 'ShareMissing' });
  expect(questions).toEqual([]);
});

it('grants nothing after the expiry, though nothing else has changed', async () => {
  const expiresAt = new Date(clock.nowMs() + 1_000).toISOString();
  knownShares.put(aShare({ expiresAt }, { generation: 2 }).object, NAMESPACE_UID);
  await remember();
  clock.advance(1_000);
  await expect(decide()).rejects.toMatchObject({ internal: 'Expired' });
});

it('grants nothing to an import that is gone', async () => {
  await remember();
  imported = undefined;
  await expect(decide()).rejects.toMatchObject({ internal: 'ImportMissing' });
});

it('grants nothing to the import of a namespace that was recreated', async () => {
  await remember();
  imported = { ...anImport(), namespaceUid: 'recreated' };
  await expect(decide()).rejects.toMatchObject({ internal: 'ImportMissing' });
});

it('grants nothing to another namespace than the one that was recorded', async () => {
  const consumers = { shop: { namespaceUID: 'another', sinceMs: 0 } };
  pins = { secretUID: 'uid-of-db', consumers };
  await expect(decide()).rejects.toMatchObject({ internal: 'NamespaceReplaced' });
  // Also by what is remembered.
  await expect(decide()).rejects.toMatchObject({ internal: 'NamespaceReplaced' });
});

it('grants nothing while the author may not share, by an answer that is young enough', async () => {
  problem = { reason: 'AuthorUnknown', message: 'nobody is known' };
  await expect(decide()).rejects.toMatchObject({ internal: 'AuthorUnknown' });
  questions = [];
  await expect(decide()).rejects.toMatchObject({ internal: 'AuthorUnknown' });
  expect(questions).toEqual([]);
  problem = undefined;
  clock.advance(shareLimits.problemCheckedMs);
  expect((await decide()).grant.share.object.uid).toBe(share.object.uid);
});

it('asks about a new spec of the share, whose author may be another one', async () => {
  await remember();
  knownShares.put({ ...share.object, generation: 2 }, NAMESPACE_UID);
  await decide();
  expect(questions).toEqual(['record', 'author']);
});

it('throws while the objects of a side are not known', async () => {
  await remember();
  isKnown = false;
  await expect(decide()).rejects.toThrow('not known now');
});
