import { annotation, type KubernetesAuditEvent } from '../../src/audit/domain/kubernetes-event.js';
import type { CopyNamespace } from './copy-crash-namespace.js';
import { type CopyWrite, foreignOrigins, type NamedWrite } from './copy-crash-origins.js';
import { valuesOf } from './copy-crash-watch.js';

type Row = Readonly<Record<string, unknown>>;

/** Asks the database of the gateways. */
export type Query = (sql: string) => Promise<readonly Row[]>;

/** Returns the number of writes without a recorded outcome. */
export async function openIntents(query: Query): Promise<number> {
  const rows = await query(`SELECT i.call_index FROM audit_entries i WHERE i.stage = 'intent'
    AND NOT EXISTS (SELECT 1 FROM audit_entries o
      WHERE o.call_index = i.call_index AND o.stage = 'outcome')`);
  return rows.length;
}

/** Returns delivered states that the trail does not explain in both namespaces. */
export async function unexplained(
  query: Query,
  namespace: CopyNamespace,
): Promise<readonly string[]> {
  const events = await eventsOf(query, "stage <> 'outcome'");
  const ofOwner = events.filter(
    (event) => actionOf(event) === 'secrets.reveal' && event.objectRef?.name === namespace.name,
  );
  const parents = new Set(ofOwner.map(({ annotations }) => annotations[annotation.parentId]));
  const recorded = deliveriesIn(events, namespace).filter(({ auditID }) => parents.has(auditID));
  const counts = countsByName(recorded);
  return [...deliveredStates(namespace)].flatMap(([name, states]) => {
    const explained = counts.get(name) ?? 0;
    if (explained >= states) return [];
    return [`${name}: ${states} delivered states, ${explained} deliveries in both namespaces`];
  });
}

/** Returns Secrets that have fewer states than the trail reports deliveries that succeeded. */
export async function overstated(
  query: Query,
  namespace: CopyNamespace,
): Promise<readonly string[]> {
  const events = await eventsOf(query, "stage = 'outcome'");
  const succeeded = deliveriesIn(events, namespace).filter(
    ({ annotations }) => annotations[annotation.outcome] === 'allowed',
  );
  const { model, states } = namespace;
  const names = states
    .filter(({ type, object: { metadata } }) => {
      return type !== 'DELETED' && !model.isUserVersion(metadata.resourceVersion);
    })
    .map(({ object }) => object.metadata.name);
  return [...countsByName(succeeded)].flatMap(([name, reported]) => {
    const count = names.filter((one) => one === name).length;
    return reported <= count ? [] : [`${name}: ${count} states, ${reported} reported deliveries`];
  });
}

async function eventsOf(query: Query, where: string): Promise<readonly KubernetesAuditEvent[]> {
  const rows = await query(`SELECT event FROM audit_entries WHERE ${where}`);
  return rows.map(({ event }) => {
    return JSON.parse(Buffer.from(event as Uint8Array).toString()) as KubernetesAuditEvent;
  });
}

function deliveriesIn(events: readonly KubernetesAuditEvent[], { name }: CopyNamespace) {
  return events.filter(
    (event) => actionOf(event) === 'imports.deliver' && event.objectRef?.namespace === name,
  );
}

function countsByName(events: readonly KubernetesAuditEvent[]): ReadonlyMap<string, number> {
  const groups = Map.groupBy(events, ({ objectRef }) => objectRef?.name ?? '');
  return new Map([...groups].map(([name, { length }]) => [name, length]));
}

const writes: ReadonlyMap<string | undefined, CopyWrite> = new Map([
  ['imports.deliver', 'delivery'],
  ['imports.withdraw', 'removal'],
]);
const actionOf = ({ annotations }: KubernetesAuditEvent) => annotations[annotation.action];

/** Returns how often an import changed the values of each Secret, other than to end a copy. */
function deliveredStates({ model, states }: CopyNamespace): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const latest = new Map<string, string>();
  for (const { type, object } of states) {
    const { name, resourceVersion } = object.metadata;
    const values = valuesOf(object);
    const text = type === 'DELETED' ? '' : JSON.stringify(values);
    const isSame = latest.get(name) === text;
    const before = Object.keys(JSON.parse(latest.get(name) || '{}') as object);
    latest.set(name, text);
    if (isSame || type === 'DELETED' || model.isUserVersion(resourceVersion)) continue;
    // An end takes keys away; in these rounds, no share loses a key.
    if (before.length > Object.keys(values).length) continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Returns Secrets with more versions of copies of another origin than a crash explains. */
export async function foreignDoors(
  query: Query,
  { name, model, states }: CopyNamespace,
): Promise<readonly string[]> {
  const rows = await query(`SELECT v.resource_version
    FROM secret_versions v JOIN secret_histories h ON h.id = v.history_id
    WHERE h.namespace = '${name}' AND v.door <> 'share'`);
  return foreignOrigins({
    states,
    isUserVersion: (resourceVersion) => model.isUserVersion(resourceVersion),
    foreign: new Set(rows.map(({ resource_version: state }) => String(state))),
    unproven: await unprovenWrites(query, name),
  });
}

/** Returns the writes of copies whose outcome is not recorded, or is recorded as unknown. */
async function unprovenWrites(query: Query, namespace: string): Promise<readonly NamedWrite[]> {
  const outcomes = await eventsOf(query, "stage = 'outcome'");
  const proven = new Set(
    outcomes
      .filter(({ annotations }) => annotations[annotation.outcome] !== 'unknown')
      .map(({ auditID }) => auditID),
  );
  const intents = await eventsOf(query, "stage = 'intent'");
  return intents.flatMap((intent) => {
    const kind = writes.get(actionOf(intent));
    const { namespace: place, name = '' } = intent.objectRef ?? {};
    const isUnproven = place === namespace && !proven.has(intent.auditID);
    return kind !== undefined && isUnproven ? [{ name, kind }] : [];
  });
}
