import {
  startCrashFerretdb,
  startCrashMariadb,
  startCrashPostgres,
  startCrashRedis,
} from './rotation-crash-servers.js';
import {
  type CrashTarget,
  CrashReceiver,
  noTarget,
  serverTarget,
} from './rotation-crash-targets.js';

/** Every target under every strategy of its own, each as often as is wanted. */
export interface CrashFleet {
  /** Of each round of the kinds one after the other. */
  readonly targets: readonly CrashTarget[];
  readonly kinds: number;
  stop(): Promise<void>;
}

export async function startCrashFleet(count: number): Promise<CrashFleet> {
  const [postgresql, mysql, redis, mongodb, receiver] = await Promise.all([
    startCrashPostgres(),
    startCrashMariadb(),
    startCrashRedis(),
    startCrashFerretdb(),
    CrashReceiver.start(),
  ]);
  const targets = Array.from({ length: count }, (_, at) => [
    serverTarget({ kind: 'postgresql', strategy: 'alternatingUsers', of: postgresql, id: `${at}` }),
    serverTarget({ kind: 'mysql', strategy: 'alternatingUsers', of: mysql, id: `${at}` }),
    serverTarget({ kind: 'redis', strategy: 'dual', of: redis, id: `${at}` }),
    serverTarget({ kind: 'mongodb', strategy: 'alternatingUsers', of: mongodb, id: `${at}` }),
    receiver.target(),
    serverTarget({ kind: 'mongodb', strategy: 'singleUser', of: mongodb, id: `one_${at}` }),
    serverTarget({ kind: 'postgresql', strategy: 'singleUser', of: postgresql, id: `one_${at}` }),
    noTarget(),
  ]).flat();
  return {
    targets,
    kinds: targets.length / count,
    async stop() {
      await Promise.all([postgresql, mysql, redis, mongodb, receiver].map((one) => one.stop()));
    },
  };
}
