import { secretNameOf } from '../connection/secret-name.js';
import type { CommandCall } from '../program/command-call.js';
import { foundEvents, printEvents } from './found-events.js';

/** Prints the reads of values that were allowed. */
export async function whoRead(call: CommandCall): Promise<void> {
  const connection = await call.connect();
  const { namespace, name: secret } = secretNameOf(call.argument(0), connection.namespace);
  const key = call.args[1];
  const filter = {
    namespace,
    secret,
    key,
    action: ['secrets.reveal'],
    outcome: 'allowed',
  } as const;
  printEvents(call, await foundEvents(call, connection, filter));
}
