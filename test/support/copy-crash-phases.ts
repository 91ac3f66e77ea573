import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../conformance/scenarios/random.js';
import { type Cut, deliveryCuts, momentCut, removalCuts } from './copy-crash-cuts.js';
import type { CopyNamespace } from './copy-crash-namespace.js';
import { isLong } from './scale.js';

/** The longest time from a read or a write of a copy to a random kill. */
const MOMENT_MS_MAX = 40;
/** By then the change of the share itself has been looked at, and the process may die. */
const EXPIRES_IN_MS = 1_500;
const SLEEPING_IN_MS = 5_000;
const bothKeys = { password: 'password', user: 'user' };

/** Part of the life of copies during which a process is killed. */
export interface Phase {
  readonly name: string;
  /** Points at which it is killed, one in each round. */
  readonly cuts: readonly Cut[];
  /** Number of copies that pass a point. */
  readonly passes: number;
  readonly prepare?: (namespace: CopyNamespace) => Promise<void>;
  /** Begins the work during which it is killed. */
  readonly act: (namespace: CopyNamespace) => Promise<void>;
  /** Changes that happen while no process runs. */
  readonly whileDown?: (namespace: CopyNamespace) => Promise<void>;
  readonly after?: (namespace: CopyNamespace) => Promise<void>;
  /** Copy that must be taken away before any other Secret of the namespace is written. */
  readonly endsFirst?: string;
}

/** Lets users add a key to copies, and change one. */
async function editCopies(namespace: CopyNamespace): Promise<void> {
  const added = { extra: 'key-that-a-user-added' };
  await namespace.edit('extended', added, added);
  await namespace.edit('revoked-extended', added, added);
  const changed = { password: 'password-of-a-user' };
  await namespace.edit('edited', changed, changed);
  namespace.model.drift('edited');
}

async function expire(namespace: CopyNamespace, share: string, afterMs: number): Promise<void> {
  const expiresMs = Date.now() + afterMs;
  await namespace.share(share, new Date(expiresMs).toISOString());
  await pause(Math.max(0, expiresMs - Date.now()));
  namespace.model.granting.delete(share);
}

async function adopt(namespace: CopyNamespace, share: string, keys: typeof bothKeys | object) {
  const name = `${share}-adopting`;
  await namespace.import({ name, share, target: 'own', keys: { ...keys }, adopt: 'agreed' });
}

/** Returns the parts of a life; in a short run, only some. */
export function phasesOfRun(random: Random, short: readonly string[]): readonly Phase[] {
  return phasesOf(random).filter(({ name }) => isLong || short.includes(name));
}

/** Returns the parts of a life, each with its kill; `random` decides the last moments. */
function phasesOf(random: Random): readonly Phase[] {
  const moments = (): readonly Cut[] => [momentCut(random.isOne(2), random.below(MOMENT_MS_MAX))];
  let sleepingUntilMs = 0;
  const change = (namespace: CopyNamespace): Promise<void> => namespace.changeSource();
  return [
    {
      name: 'first delivery',
      cuts: deliveryCuts,
      passes: 4,
      prepare: (namespace) => namespace.share('revoked'),
      act: (namespace) => namespace.share('main'),
      after: editCopies,
    },
    {
      name: 'adoption',
      cuts: deliveryCuts,
      passes: 1,
      act: (namespace) => adopt(namespace, 'main', bothKeys),
    },
    { name: 'update', cuts: deliveryCuts, passes: 4, act: change },
    {
      name: 'repair',
      // A repair does not change the status of an import that is ready.
      cuts: deliveryCuts.filter(({ of }) => of === 'secrets'),
      passes: 1,
      act: (namespace) => namespace.edit('repaired', { password: 'overwritten-by-a-user' }, {}),
    },
    {
      name: 'revocation',
      cuts: removalCuts,
      passes: 2,
      act: (namespace) => namespace.revoke('revoked'),
    },
    {
      name: 'expiry',
      cuts: removalCuts,
      passes: 2,
      async prepare(namespace) {
        await adopt(namespace, 'expiring', { later: 'password' });
        await namespace.share('expiring');
      },
      act: (namespace) => expire(namespace, 'expiring', EXPIRES_IN_MS),
    },
    {
      name: 'deletion of an import while down',
      cuts: deliveryCuts,
      passes: 4,
      act: change,
      whileDown: (namespace) => namespace.deleteImport('doomed'),
    },
    {
      name: 'expiry while down',
      cuts: moments(),
      passes: 4,
      async prepare(namespace) {
        await namespace.share('sleeping');
        await namespace.converged();
        sleepingUntilMs = Date.now() + SLEEPING_IN_MS;
        await namespace.share('sleeping', new Date(sleepingUntilMs).toISOString());
      },
      // Nothing of this needs the gateway, which stays down until all of it is over.
      async act(namespace) {
        await namespace.changeSource();
        await pause(Math.max(0, sleepingUntilMs - Date.now()));
        namespace.model.granting.delete('sleeping');
      },
      // What was shared changes as well, so that there is other work.
      whileDown: change,
      endsFirst: 'sleeping',
    },
    { name: 'update, random moment', cuts: moments(), passes: 4, act: change },
  ];
}
