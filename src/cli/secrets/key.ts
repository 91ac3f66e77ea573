import { secretNameOf } from '../connection/secret-name.js';
import type { CommandCall } from '../program/command-call.js';

const LINE_FEED = 10;

/** Prints a value. On a terminal, a line feed follows, so that the prompt has its own line. */
export async function key(call: CommandCall): Promise<void> {
  const { gateway, namespace: inNamespace } = await call.connect();
  const { namespace, name } = secretNameOf(call.argument(0), inNamespace);
  const options = { version: call.text('version') };
  const { content } = await gateway.keys.get(namespace, name, call.argument(1), options);
  const value = content.reveal();
  call.terminal.out(value);
  const isOpen = call.terminal.isOutputTerminal && value.at(-1) !== LINE_FEED;
  if (isOpen) call.terminal.out('\n');
}
