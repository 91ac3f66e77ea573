import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { databasePath } from '../../src/platform/storage/open-database.js';
import type { CrashGateway } from './rotation-crash-gateway.js';

const ROW_MS_MAX = 3_000;
const events = 'SELECT coalesce(max(leaf_index), -1) AS seen FROM audit_entries WHERE stage = ';
const records =
  'SELECT coalesce(group_concat(facts), 0) AS seen FROM custom_resources WHERE resource = ';

/** Effects of a delivery or a removal that the database shows, and the query that shows each. */
const rows = {
  record: `${records}'secretimports'`,
  intent: `${events}'intent'`,
  ownerEvent: `${events}'single'`,
  outcome: `${events}'outcome'`,
  provenance: `${records}'secrets'`,
} as const;

/** Point at which a process is killed. */
export interface Cut {
  readonly name: string;
  /** Request after which, or in place of which, the process dies. */
  readonly method: RegExp;
  readonly of: 'secrets' | 'secretimports';
  /**
   * `unsent`: the request never arrives. `unanswered`: the response never does. Else: the first
   * change of these rows after the response, or some milliseconds after it.
   */
  readonly at: 'unsent' | 'unanswered' | keyof typeof rows | number;
}

const [get, write, status] = [/^GET$/, /^(PATCH|DELETE)$/, /^(PUT|PATCH)$/];
const ofSecret = { of: 'secrets' } as const;

/** Points between the effects of a delivery, in their order. */
export const deliveryCuts: readonly Cut[] = [
  { name: 'record saved', method: get, ...ofSecret, at: 'record' },
  { name: 'intent recorded', method: get, ...ofSecret, at: 'intent' },
  { name: "owner's event recorded", method: get, ...ofSecret, at: 'ownerEvent' },
  { name: 'apply not sent', method: write, ...ofSecret, at: 'unsent' },
  { name: 'apply not answered', method: write, ...ofSecret, at: 'unanswered' },
  { name: 'outcome recorded', method: write, ...ofSecret, at: 'outcome' },
  { name: 'provenance recorded', method: write, ...ofSecret, at: 'provenance' },
  { name: 'record after it saved', method: write, ...ofSecret, at: 'record' },
  { name: 'status not sent', method: status, of: 'secretimports', at: 'unsent' },
  { name: 'status not answered', method: status, of: 'secretimports', at: 'unanswered' },
];

/** Points between the effects of a removal, in their order. */
export const removalCuts: readonly Cut[] = [
  { name: 'intent recorded', method: get, ...ofSecret, at: 'intent' },
  { name: 'removal not sent', method: write, ...ofSecret, at: 'unsent' },
  { name: 'removal not answered', method: write, ...ofSecret, at: 'unanswered' },
  { name: 'outcome recorded', method: write, ...ofSecret, at: 'outcome' },
  { name: 'provenance forgotten', method: write, ...ofSecret, at: 'provenance' },
  { name: 'record after it saved', method: write, ...ofSecret, at: 'record' },
  { name: 'status not sent', method: status, of: 'secretimports', at: 'unsent' },
];

/** Returns a cut at a moment after a copy was read, or was written. */
export function momentCut(isWritten: boolean, afterMs: number): Cut {
  const name = `${afterMs} ms after a copy was ${isWritten ? 'written' : 'read'}`;
  return { name, method: isWritten ? write : get, ...ofSecret, at: afterMs };
}

export interface ArmedCut {
  /** Resolves with the gateway that died of it. */
  readonly done: Promise<CrashGateway>;
  /** Number of requests that matched so far. */
  readonly matched: number;
  /** Lets all requests pass again. */
  disarm(): void;
}

/**
 * Arms all gateways: that one dies whose n-th request about a namespace is the point. Requests that
 * were not forwarded when it died are lost.
 */
export function armCut(
  gateways: readonly CrashGateway[],
  cut: Cut,
  { namespace, nth }: { readonly namespace: string; readonly nth: number },
): ArmedCut {
  const { promise: done, resolve } = Promise.withResolvers<CrashGateway>();
  const rest = cut.of === 'secrets' ? '' : '[^/]+/status';
  const place = new RegExp(`/namespaces/${namespace}/${cut.of}/${rest}`);
  const found = { count: 0 };
  const isPoint = ({ method, path }: { readonly method: string; readonly path: string }) => {
    if (!cut.method.test(method) || !place.test(path)) return false;
    found.count += 1;
    return found.count === nth;
  };
  const disarm = (): void => {
    for (const { cluster } of gateways) {
      cluster.onRequest = () => undefined;
      cluster.onAnswer = () => undefined;
    }
  };
  for (const gateway of gateways) {
    const kill = async (): Promise<never> => {
      await gateway.kill();
      resolve(gateway);
      throw new Error('the process that sent this was killed');
    };
    const { cluster } = gateway;
    cluster.onRequest = (request) => {
      if (cut.at === 'unsent' && isPoint(request)) return kill();
    };
    cluster.onAnswer = (answer) => {
      if (cut.at === 'unsent' || !isPoint(answer)) return;
      if (cut.at === 'unanswered') return kill();
      const later = typeof cut.at === 'number' ? wait(cut.at) : changeOf(gateway, rows[cut.at]);
      later.then(kill).catch(() => undefined);
    };
  }
  return {
    done,
    get matched() {
      return found.count;
    },
    disarm,
  };
}

/** Resolves once these rows of a running gateway differ. */
async function changeOf({ dataDir }: CrashGateway, query: string): Promise<void> {
  const database = new DatabaseSync(databasePath(dataDir), { readOnly: true, timeout: 1_000 });
  try {
    const statement = database.prepare(query);
    const before = statement.get()?.['seen'];
    const untilMs = performance.now() + ROW_MS_MAX;
    while (performance.now() < untilMs && statement.get()?.['seen'] === before) await turn();
  } finally {
    database.close();
  }
}
