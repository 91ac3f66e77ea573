import type { AuditEvent, AuditFilter } from '@sallyport/client';
import { UsageError } from '../command.js';
import type { Connection } from '../connection/connect.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';

const EVENTS = 100;
const EVENTS_MAX = 10_000;

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
  terminal.out(tableOf(eventHeader, events.map(eventRow), terminal));
}

export const eventHeader = ['TIME', 'USER', 'ACTION', 'OUTCOME', 'SECRET', 'KEYS'];

export function eventRow(event: AuditEvent): readonly string[] {
  const { time, user, action, outcome, namespace = '', secret, keys } = event;
  const place = secret === undefined ? namespace : `${namespace}/${secret}`;
  return [time, user, action, outcome, place, keys.join(',')];
}

function mostOf(text: string | undefined): number {
  const most = text === undefined ? EVENTS : Number(text);
  if (Number.isInteger(most) && most > 0 && most <= EVENTS_MAX) return most;
  throw new UsageError(`--limit is a number from 1 to ${EVENTS_MAX}`);
}
