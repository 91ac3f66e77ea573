import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';

export async function whoami(call: CommandCall): Promise<void> {
  const { gateway, address, namespace } = await call.connect();
  const { content: viewer } = await gateway.access.whoami();
  if (call.text('output') === 'json') {
    call.printJson(viewer);
    return;
  }
  const rows = [
    ['User', viewer.username],
    ['Groups', viewer.groups.join(', ')],
    ['Gateway', address],
    ['Namespace', namespace],
  ];
  call.terminal.out(tableOf(undefined, rows, call.terminal));
}
