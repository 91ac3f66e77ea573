import { vi } from 'vitest';
import type { RbacConcern } from '../../../../src/access/domain/rbac-changes.js';
import { Authors } from '../../../../src/custom-resources/authors.service.js';
import type {
  AuthorRights,
  NeededRight,
} from '../../../../src/custom-resources/domain/author-rights.js';
import type { KnownAuthor } from '../../../../src/custom-resources/domain/author.js';
import type { ParsedImport } from '../../../../src/shares/domain/import-spec.js';
import { ImportRegistry } from '../../../../src/shares/domain/secret-imports.js';
import { ShareRegistry } from '../../../../src/shares/domain/secret-shares.js';
import { ImportsByShare } from '../../../../src/shares/imports-by-share.js';
import { ShareStates } from '../../../../src/shares/share-states.js';
import type { ShareDependencies } from '../../../../src/shares/shares.dependencies.js';
import { AuthorChecks } from '../../../../src/shares/copies/author-checks.js';
import { CopyAuthors } from '../../../../src/shares/copies/copy-authors.js';
import { ObjectQueue, type QueuedObject } from '../../../../src/platform/lifecycle/object-queue.js';
import { CopyRecheck } from '../../../../src/shares/copies/copy-recheck.js';
import { CopyRechecks } from '../../../../src/shares/copies/copy-rechecks.js';
import { CopyTriggers } from '../../../../src/shares/copies/copy-triggers.js';
import { authorOfImport } from '../../../../src/shares/copies/import-author.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { anImport, aShare, NAMESPACE_UID } from '../domain/sharing.builder.js';

const owner = accountOf('owner');

/** What the cluster and the database were asked. */
export interface Cost {
  questions: number;
  records: number;
  looks: number;
}

/**
 * Delivered copies in many namespaces, each with an author of its own, and the work of a replica on
 * them: all but the look itself, which only asks about the rights of the authors.
 */
export class IdleWorld {
  readonly cost: Cost = { questions: 0, records: 0, looks: 0 };
  /** Names of deleted accounts. */
  readonly deleted = new Set<string>();
  /** Rights that RBAC has taken away: name of the account, verb, and namespace. */
  readonly refused = new Set<string>();
  /** Uids of the copies whose look has found a problem. */
  readonly ended = new Set<string>();
  readonly imports = new ImportRegistry();
  readonly shares = new ShareRegistry();
  rbacChanged: (concern: RbacConcern) => void = () => undefined;
  readonly #clock = new ManualClock();
  readonly #authors = new Map<string, KnownAuthor>();
  readonly #parts: ShareDependencies;
  readonly #checks: AuthorChecks;
  readonly #rechecks: CopyRechecks;
  readonly #triggers: CopyTriggers;
  readonly #queues: readonly ObjectQueue[];

  constructor() {
    const rights = this.#rights();
    const authors = new Authors(rights, this.#clock);
    const records = { get: async (uid: string) => this.#recordOf(uid) } as never;
    this.#parts = {
      ...{ knownImports: this.imports, knownShares: this.shares, clock: this.#clock },
      ...{ authors, records, states: new ShareStates(authors, records, this.#clock) },
    } as unknown as ShareDependencies; // the work on idle copies uses only these
    const shares = this.#parts;
    const onFault = (error: unknown): never => {
      throw error;
    };
    const statuses = {
      lastOf: ({ status }: { status: Readonly<Record<string, unknown>> }) => status,
    };
    const checks = new AuthorChecks({
      ...{ rights, rbac: { isLive: () => true }, onFault },
      onDoubt: (object) => triggers.noteDoubted(object),
    });
    const copies = { get: () => undefined };
    const known = { shares, copies, statuses, shareStatuses: statuses, checks };
    const learning = new CopyAuthors(known);
    const queue = this.#queueOf(
      (item) => this.#look(item),
      (item) => learning.learnImport(item),
    );
    const shareQueue = this.#queueOf(
      async () => undefined,
      (item) => learning.learnShare(item),
    );
    const secrets = { isReadable: () => true, onChange: () => undefined };
    const triggers = new CopyTriggers({
      ...{ shares, secrets, authors: checks, queue, shareQueue },
      importsOf: new ImportsByShare(this.imports),
      rbac: { onChange: (listener) => (this.rbacChanged = listener) },
    });
    const recheck = new CopyRecheck({ ...known, secrets });
    this.#rechecks = new CopyRechecks({
      ...{ shares, recheck, queue, shareQueue, onFault },
      records: { all: new Map(), get: () => undefined },
      authors: learning,
    });
    [this.#checks, this.#triggers, this.#queues] = [checks, triggers, [queue, shareQueue]];
  }

  /** Adds copies with an author and a share for each namespace, which have been looked at. */
  async start({ namespaces, copiesOfEach }: { namespaces: number; copiesOfEach: number }) {
    for (const queue of this.#queues) queue.open([]);
    this.#checks.open();
    for (let index = 0; index < namespaces; index += 1) this.#fill(index, copiesOfEach);
    this.#rechecks.open();
    this.#triggers.start();
    await this.passed(30_000);
    this.takeCost();
  }

  async stop(): Promise<void> {
    this.#triggers.stop();
    const closing = [...this.#queues, this.#rechecks, this.#checks].map((one) => one.close());
    await Promise.all(closing);
  }

  async passed(ms: number): Promise<void> {
    const stepMs = 250;
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      this.#clock.advance(stepMs);
      await vi.advanceTimersByTimeAsync(stepMs);
    }
  }

  /** Returns the cost since the last call. */
  takeCost(): Cost {
    const cost = { ...this.cost };
    Object.assign(this.cost, { questions: 0, records: 0, looks: 0 });
    return cost;
  }

  #fill(index: number, copies: number): void {
    const share = `share-${index}`;
    const ready = { observedGeneration: 1, state: 'Active' };
    const namespace = `ns-${index}`;
    const offered = { delivery: ['copy'], to: [{ namespace }] };
    const { object } = aShare(offered, { uid: share, name: share, status: ready });
    this.#authors.set(share, owner);
    this.shares.put(object, NAMESPACE_UID);
    for (let count = 0; count < copies; count += 1) {
      const uid = `${namespace}/${count}`;
      const spec = { from: { namespace: 'pay', share }, target: { secretName: `copy-${count}` } };
      this.#authors.set(uid, accountOf(`deployer-${index}`));
      const conditions = [{ type: 'Ready', reason: 'Delivered' }];
      const status = { observedGeneration: 1, conditions };
      const place = { uid, name: `copy-${count}`, status };
      this.imports.put({ ...anImport(spec, place).object, namespace }, NAMESPACE_UID);
    }
  }

  #queueOf(
    look: (item: QueuedObject) => Promise<void>,
    learn: (item: QueuedObject) => Promise<void>,
  ): ObjectQueue {
    return new ObjectQueue({
      work: async (item) => {
        this.cost.looks += 1;
        await look(item);
        await learn(item);
        return 'done';
      },
      onFault: () => undefined,
    });
  }

  async #look(item: QueuedObject): Promise<void> {
    const imported = this.imports.get(item) as ParsedImport;
    const share = this.shares.get({ namespace: 'pay', name: imported.spec?.from.share ?? '' });
    const { problem } = await authorOfImport(this.#parts, imported);
    const state = share?.spec && (await this.#parts.states.of(share, share.spec));
    if (problem === undefined && state?.problem === undefined) return;
    this.ended.add(item.uid);
    const status = { conditions: [{ type: 'Ready', reason: 'AuthorLostRight' }] };
    this.imports.put({ ...imported.object, status }, NAMESPACE_UID);
  }

  #rights(): AuthorRights {
    const isHeld = ({ username }: KnownAuthor, namespace: string, verb: NeededRight['verb']) => {
      this.cost.questions += 1;
      return !this.refused.has(`${username.split(':').at(-1)} ${verb} ${namespace}`);
    };
    return {
      stampingSince: async () => undefined,
      uidOf: async ({ name }) => {
        this.cost.questions += 1;
        return this.deleted.has(name) ? undefined : `uid-of-${name}`;
      },
      isAllowed: async (author, namespace, { verb }) => isHeld(author, namespace, verb),
      isAllowedForAll: async (author, namespace, { verb }) => isHeld(author, namespace, verb),
    };
  }

  #recordOf(uid: string): object | undefined {
    this.cost.records += 1;
    const [namespace = '', count = ''] = uid.split('/');
    const parsed =
      this.shares.get({ namespace: 'pay', name: uid }) ??
      this.imports.get({ namespace, name: `copy-${count}` });
    const author = this.#authors.get(uid);
    return parsed && author && { uid, specHash: parsed.specHash, author, facts: null };
  }
}

function accountOf(name: string): KnownAuthor {
  const username = `system:serviceaccount:ci:${name}`;
  return { username, uid: `uid-of-${name}`, groups: [], extra: {} };
}
