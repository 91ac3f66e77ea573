import { setTimeout as pause } from 'node:timers/promises';
import type { AuditEvent, AuditFilter } from '@sallyport/client';
import type { Connection } from '../connection/connect.js';
import { exitCodes, failureOf } from '../exit-code.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';
import { eventHeader, eventRow, foundEvents } from './found-events.js';
import { PrintedEvents } from './new-events.js';

const INTERVAL_MS = 1_000;
const RETRY_MS = 2_000;
const PAGE_EVENTS = 500;
/** Events of one poll: more are printed in part, with a warning. */
const POLL_EVENTS_MAX = 50_000;
const OWN_ACTION = 'audit.read';

/** Prints events as they come, until the program gets an interrupt. */
export async function followEvents(
  call: CommandCall,
  connection: Connection,
  filter: AuditFilter,
): Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  const end = (): void => ending.abort();
  for (const one of ['SIGINT', 'SIGTERM'] as const) process.once(one, end);
  try {
    // The first search has this limit, too: later ones must not print older events.
    await followUntil(signal, call, connection, { ...filter, since: call.text('since') });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const one of ['SIGINT', 'SIGTERM'] as const) process.off(one, end);
  }
}

async function followUntil(
  signal: AbortSignal,
  call: CommandCall,
  connection: Connection,
  filter: AuditFilter,
): Promise<void> {
  const printed = new PrintedEvents();
  const show = (events: readonly AuditEvent[]): void => {
    const isOwn = ({ action }: AuditEvent): boolean => {
      return action === OWN_ACTION && filter.action?.includes(OWN_ACTION) !== true;
    };
    print(
      call,
      printed.take(events, performance.now()).filter((event) => !isOwn(event)),
    );
  };
  const { terminal } = call;
  if (call.text('output') !== 'json') terminal.out(tableOf(eventHeader, [], terminal));
  show(await foundEvents(call, connection, filter));
  let isWaiting = false;
  for (;;) {
    await pause(isWaiting ? RETRY_MS : INTERVAL_MS, undefined, { signal });
    try {
      const { events, isWhole } = await eventsFrom(printed.from, connection, filter, signal);
      if (!isWhole) terminal.err('warning: more events than can be followed: some are left out\n');
      show(events);
      isWaiting = false;
    } catch (error) {
      const { exitCode, message } = failureOf(error);
      if (signal.aborted || exitCode !== exitCodes.unreachable) throw error;
      if (!isWaiting) terminal.err(`${message}; waiting for the gateway\n`);
      isWaiting = true;
    }
  }
}

/** Reads the events from a position on; pages are newest first. */
async function eventsFrom(
  position: number,
  { gateway }: Connection,
  filter: AuditFilter,
  signal: AbortSignal,
): Promise<{ readonly events: readonly AuditEvent[]; readonly isWhole: boolean }> {
  const events: AuditEvent[] = [];
  for await (const event of gateway.audit.events(filter, { limit: PAGE_EVENTS, signal })) {
    if (Number(event.id) < position) return { events, isWhole: true };
    if (events.push(event) === POLL_EVENTS_MAX) return { events, isWhole: false };
  }
  return { events, isWhole: true };
}

function print(call: CommandCall, events: readonly AuditEvent[]): void {
  const { terminal } = call;
  if (call.text('output') === 'json') {
    for (const event of events) terminal.out(`${JSON.stringify(event)}\n`);
  } else {
    terminal.out(tableOf(undefined, events.map(eventRow), terminal));
  }
}
