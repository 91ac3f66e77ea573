import { UsageError } from '../command.js';
import { secretNameOf } from '../connection/secret-name.js';
import type { CommandCall } from '../program/command-call.js';
import { followEvents } from './follow-events.js';
import { foundEvents, printEvents } from './found-events.js';

const outcomes = ['allowed', 'denied', 'failed', 'unknown'] as const;

export async function search(call: CommandCall): Promise<void> {
  const connection = await call.connect();
  if (call.flag('follow') && call.text('until') !== undefined) {
    throw new UsageError('--follow has no end: leave out --until');
  }
  const secret = call.text('secret');
  const named = secret === undefined ? undefined : secretNameOf(secret, connection.namespace);
  const namespace = call.flag('allNamespaces') ? undefined : connection.namespace;
  const filter = {
    namespace: named?.namespace ?? namespace,
    secret: named?.name,
    user: call.text('user'),
    action: call.texts('action'),
    outcome: outcomes.find((one) => one === call.text('outcome')),
  };
  if (call.flag('follow')) return followEvents(call, connection, filter);
  printEvents(call, await foundEvents(call, connection, filter));
}
