import type { AuditEvent, AuditFilter } from '@sallyport/client';
import { UsageError } from '../command.js';
import type { Connection } from '../connection/connect.js';
import { secretNameOf } from '../connection/secret-name.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';

const EVENTS = 100;
const EVENTS_MAX = 10_000;
const outcomes = ['allowed', 'denied', 'failed', 'unknown'] as const;

export async function search(call: CommandCall): Promise<void> {
  const connection = await call.connect();
  const secret = call.text('secret');
  const named = secret === undefined ? undefined : secretNameOf(secret, connection.namespace);
  const namespace = call.flag('allNamespaces') ? undefined : connection.namespace;
  const events = await foundEvents(call, connection, {
    namespace: named?.namespace ?? namespace,
    secret: named?.name,
    user: call.text('user'),
    action: call.texts('action'),
    outcome: outcomes.find((one) => one === call.text('outcome')),
  });
  printEvents(call, events);
}

/** Returns the newest events of a filter, as many as the options want. */
export async function foundEvents(
  call: CommandCall,
  { gateway }: Connection,
  filter: AuditFilter,
): Promise<readonly AuditEvent[]> {
  const times = { since: call.text('since'), until: call.text('until') };
  const most = mostOf(call.text('limit'));
  const limit = Math.min(most, EVENTS);
  const found: AuditEvent[] = [];
  for await (const event of gateway.audit.events({ ...filter, ...times }, { limit })) {
    if (found.push(event) === most) break;
  }
  return found;
}

/** Prints events as a table, or as JSON. */
export function printEvents(call: CommandCall, events: readonly AuditEvent[]): void {
  const { terminal } = call;
  if (call.text('output') === 'json') return call.printJson({ items: events });
  const rows = events.map(({ time, user, action, outcome, namespace = '', secret, keys }) => {
    const place = secret === undefined ? namespace : `${namespace}/${secret}`;
    return [time, user, action, outcome, place, keys.join(',')];
  });
  const header = ['TIME', 'USER', 'ACTION', 'OUTCOME', 'SECRET', 'KEYS'];
  terminal.out(tableOf(header, rows, terminal));
}

function mostOf(text: string | undefined): number {
  const most = text === undefined ? EVENTS : Number(text);
  if (Number.isInteger(most) && most > 0 && most <= EVENTS_MAX) return most;
  throw new UsageError(`--limit is a number from 1 to ${EVENTS_MAX}`);
}
