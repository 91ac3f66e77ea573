import { beforeEach, describe, expect, it } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import type {
  CustomResources,
  StatusTarget,
} from '../../../../src/custom-resources/domain/custom-resources.js';
import { ObjectStatuses } from '../../../../src/custom-resources/domain/object-statuses.js';
import { CopyPass } from '../../../../src/shares/copies/copy-pass.js';
import type { Looked, QueuedObject } from '../../../../src/platform/lifecycle/object-queue.js';
import type { CopySource, CopySources } from '../../../../src/shares/copies/copy-sources.js';
import { ImportRegistry } from '../../../../src/shares/domain/secret-imports.js';
import type { ShareDependencies } from '../../../../src/shares/shares.dependencies.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { anImport, NAMESPACE_UID } from '../domain/sharing.builder.js';
import { accounts, aSource, CopyWorld, target } from './copy-world.js';

const { object } = anImport({ target });
const item = { uid: object.uid, namespace: object.namespace, name: object.name };
const password = () => aSource({ password: 'first' });
type Status = Parameters<CustomResources['writeStatus']>[2];
const away = unavailable('away');

let world: CopyWorld;
let imports: ImportRegistry;
let source: () => CopySource | undefined;
let isLive: boolean;
let isGone: () => boolean;
let authorProblem: () => object | undefined;
let refusal: SallyportError | undefined;
let writeStatus: () => void;
let statuses: Status[];
/** States of the import that the statuses are for. */
let statesWritten: (string | undefined)[];
/** Uses of the share that the owner must see. */
let uses: number;

beforeEach(() => {
  world = new CopyWorld();
  imports = new ImportRegistry();
  imports.put(object, NAMESPACE_UID);
  source = password;
  isLive = true;
  isGone = () => true;
  authorProblem = () => undefined;
  refusal = undefined;
  writeStatus = () => undefined;
  statuses = [];
  statesWritten = [];
  uses = 0;
});

function run(queued: QueuedObject = item): Promise<Looked> {
  const sources: Pick<CopySources, 'ofCopy' | 'isLive' | 'isGone'> = {
    ofCopy: async () => source(),
    isLive: async () => isLive,
    isGone: async () => isGone(),
  };
  const shares = {
    knownImports: imports,
    clock: new ManualClock(),
    records: { get: async () => undefined },
    authors: {
      of: async () => ({ username: 'alice' }),
      problemOf: async () => authorProblem(),
    },
    imports: {
      writeStatus: async (...[, written, status]: [unknown, StatusTarget, Status]) => {
        writeStatus();
        statesWritten.push(written.resourceVersion);
        statuses.push(status);
        imports.put({ ...(imports.get(item)?.object ?? object), status }, NAMESPACE_UID);
      },
    },
  } as unknown as ShareDependencies; // a pass uses only these
  const { delivery, records } = world;
  const events = { record: async () => undefined };
  const no = (): void => undefined;
  const statusWriter = new ObjectStatuses({ accounts, events, requireLease: no, onFault: no });
  const metrics = { deliveryEnded: () => undefined, revocationEnded: () => undefined };
  const told = { metrics, statuses: statusWriter, onUsed: () => void (uses += 1) };
  const parts = { shares, gate: { refusal }, delivery, records, ...told };
  return new CopyPass({ ...parts, sources: sources as CopySources }).run(queued);
}

const texts = () => world.cluster.textsOf('pay-db');
const last = () => statuses.at(-1);

function putSpec(spec: object, generation = 2): void {
  imports.put(anImport({ ...spec }, { generation }).object, NAMESPACE_UID);
}

describe('an import with a target', () => {
  it('gets its copy and its status, and no second status without a change', async () => {
    await run();
    expect(texts()).toEqual({ password: 'first' });
    expect(last()).toMatchObject({ state: 'Ready', version: 3, observedGeneration: 1 });
    await run();
    await run();
    expect(statuses).toHaveLength(1);
    expect(statesWritten).toEqual([object.resourceVersion]);
    expect(world.events[0]).toMatchObject({ onBehalfOf: 'alice' });
  });

  it.each([
    ['NotGranted', 'NotGranted', () => (source = () => undefined)],
    ['NotGranted', 'KeyMissing', () => (source = () => aSource({}))],
    [
      'Suspended',
      'AuthorLostRight',
      () => (authorProblem = () => ({ reason: 'AuthorForbidden', message: '' })),
    ],
    [
      'Conflict',
      'KeySetIncomplete',
      () => putSpec({ target: { ...target, type: 'kubernetes.io/tls' } }),
    ],
  ] as const)('loses its copy: %s, %s', async (state, reason, change) => {
    await run();
    change();
    await run();
    expect(texts()).toBeUndefined();
    expect(last()).toMatchObject({ state, conditions: [{ status: 'False', reason }] });
  });

  it.each([
    ['Conflict', 'TargetForbidden', new SallyportError('Forbidden', 'exceeded quota')],
    ['Suspended', 'GatewayForbidden', unavailable('no right', { isInstallationFault: true })],
  ])(
    'says that the cluster forbids the copy, and is repeated: %s',
    async (state, reason, error) => {
      world.cluster.before = (step) => {
        if (step === 'apply') throw error;
      };
      expect(await run()).toBe('repeat');
      expect(texts()).toBeUndefined();
      expect(last()).toMatchObject({ state, conditions: [{ status: 'False', reason }] });
    },
  );

  it.each([
    ['the shared Secret', {}, { keys: ['password', 'user'] }],
    ['the share', { keys: [{ name: 'password' }, { name: 'user' }] }, {}],
  ])(
    'says that keys are missing which %s lacks, and gets the others',
    async (_who, spec, shared) => {
      putSpec({ target, ...spec });
      source = () => aSource({ password: 'first' }, shared);
      await run();
      expect(texts()).toEqual({ password: 'first' });
      const conditions = [{ status: 'False', reason: 'SomeKeysMissing' }];
      expect(last()).toMatchObject({ state: 'Conflict', version: 3, conditions });
    },
  );

  it('is shown to the owner of the share once', async () => {
    await run();
    expect(uses).toBe(1);
    const { namespace: consumer } = object;
    const consumers = { [consumer]: { namespaceUID: NAMESPACE_UID, sinceMs: 1 } };
    const used = { pins: { secretUID: 'uid-of-db', consumers }, problem: undefined };
    source = () => ({ ...aSource({ password: 'second' }), state: used });
    await run();
    expect([texts(), uses]).toEqual([{ password: 'second' }, 1]);
  });

  it('says why a copy that should end stays', async () => {
    await run();
    world.cluster.edit('pay-db', { own: 'mine' }, { immutable: true });
    source = () => undefined;
    await run();
    expect(last()).toMatchObject({ conditions: [{ reason: 'TargetImmutable' }] });
  });

  it('gets its copy again', async () => {
    await run();
    source = () => undefined;
    await run();
    source = password;
    await run();
    expect(texts()).toEqual({ password: 'first' });
    expect(last()).toMatchObject({ state: 'Ready' });
  });
});

describe('nothing is taken away', () => {
  const throwing = (): never => {
    throw away;
  };

  it.each([
    ['the gateway has too many rights', (): unknown => (refusal = away)],
    ['the share is not known', (): unknown => (source = throwing)],
    ['the author cannot be checked', (): unknown => (authorProblem = throwing)],
    ['the cluster does not answer', (): unknown => (world.cluster.before = throwing)],
    ['the lease is over', (): unknown => (world.isLeader = false)],
    ['the audit trail cannot be written', (): unknown => (world.isAuditDown = true)],
  ] as const)('while %s', async (_why, change) => {
    await run();
    source = () => aSource({ password: 'second' });
    change();
    await expect(run()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(texts()).toEqual({ password: 'first' });
    expect(statuses).toHaveLength(1);
  });

  it('while it is not known whether the import is there', async () => {
    await run();
    imports.remove(object);
    isGone = throwing;
    await expect(run()).rejects.toBe(away);
    isGone = () => false;
    await expect(run()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(texts()).toEqual({ password: 'first' });
  });
});

describe('an import that is deleted', () => {
  it('loses its copy and its record, and gets no status', async () => {
    await run();
    imports.remove(object);
    await run();
    expect(texts()).toBeUndefined();
    expect(world.rows.facts.size).toBe(0);
    expect(statuses).toHaveLength(1);
    await run();
  });

  it('ends for its uid, and not for another import of its name', async () => {
    await run();
    imports.put({ ...object, uid: 'another' }, NAMESPACE_UID);
    await run();
    expect(texts()).toBeUndefined();
    expect(statuses).toHaveLength(1);
  });

  it('keeps its record until its copy can end', async () => {
    await run();
    world.cluster.edit('pay-db', { own: 'mine' }, { immutable: true });
    imports.remove(object);
    await expect(run()).rejects.toMatchObject({ code: 'Unavailable' });
    world = await world.restarted();
    expect(world.records.get(object.uid)).toBeDefined();
    world.cluster.drop('pay-db');
    await run();
    expect(world.rows.facts.size).toBe(0);
  });

  /** Begins a creation whose answer is lost; the result carries it out. */
  async function lateCreation(): Promise<() => Promise<unknown>> {
    const apply = world.cluster.apply.bind(world.cluster);
    const held: Parameters<typeof apply>[] = [];
    world.cluster.apply = async (...sent) => {
      held.push(sent);
      throw away;
    };
    await expect(run()).rejects.toMatchObject({ code: 'Unavailable' });
    world.cluster.apply = apply;
    return () => Promise.all(held.map((sent) => apply(...sent)));
  }

  it('loses a copy that is created late', async () => {
    const arrive = await lateCreation();
    imports.remove(object);
    const noted = { ...item, notedMs: performance.now() };
    expect(await run(noted)).toBe('repeat');
    await arrive();
    expect(texts()).toEqual({ password: 'first' });
    expect(await run(noted)).toBe('done');
    expect(texts()).toBeUndefined();
    expect(world.rows.facts.size).toBe(0);
  });

  it('is forgotten once no creation can come any more', async () => {
    await lateCreation();
    imports.remove(object);
    const notedMs = performance.now() - shareLimits.creationLateMsMax;
    expect(await run({ ...item, notedMs })).toBe('done');
    expect(world.rows.facts.size).toBe(0);
  });

  it('during its look is looked at again', async () => {
    writeStatus = () => {
      imports.remove(object);
      throw new SallyportError('NotFound', 'the import is gone');
    };
    await expect(run()).rejects.toMatchObject({ code: 'NotFound' });
    await run();
    expect(texts()).toBeUndefined();
  });
});

describe('an import without a target', () => {
  it('has only a status', async () => {
    putSpec({});
    await run();
    expect(last()).toMatchObject({ state: 'Ready', version: undefined });
    isLive = false;
    await run();
    expect(last()).toMatchObject({ state: 'NotGranted' });
    expect(world.cluster.steps).toEqual([]);
  });

  it.each([
    ['it has none any more', {}],
    ['its spec cannot be read', { target: { secretName: '' } }],
  ])('loses the copy that it had: %s', async (_why, spec) => {
    await run();
    putSpec(spec);
    await run();
    expect(texts()).toBeUndefined();
  });
});
