import { secretNameOf } from '../connection/secret-name.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';

export async function history(call: CommandCall): Promise<void> {
  const { gateway, namespace: inNamespace } = await call.connect();
  const { namespace, name } = secretNameOf(call.argument(0), inNamespace);
  const items = await Array.fromAsync(gateway.versions.list(namespace, name));
  if (call.text('output') === 'json') return call.printJson({ items });
  const rows = items.map(({ version, state, aliases, createdAt, createdBy, door, reason }) => {
    const names = [state === 'live' ? '' : state, ...aliases].filter((one) => one !== '');
    return [String(version), names.join(','), createdAt, createdBy ?? '', door, reason ?? ''];
  });
  const header = ['VERSION', 'STATE', 'CREATED', 'BY', 'DOOR', 'REASON'];
  call.terminal.out(tableOf(header, rows, call.terminal));
}
