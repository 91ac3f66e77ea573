import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';

export async function listTokens(call: CommandCall): Promise<void> {
  const { gateway } = await call.connect();
  const items = await Array.fromAsync(gateway.tokens.list());
  if (call.text('output') === 'json') return call.printJson({ items });
  const rows = items.map(({ id, description, expiresAt, lastUsedAt, scope }) => {
    const namespaces = scope.namespaces?.join(',') ?? '*';
    return [id, expiresAt, lastUsedAt ?? 'never', namespaces, description];
  });
  const header = ['ID', 'EXPIRES', 'LAST USED', 'NAMESPACES', 'DESCRIPTION'];
  call.terminal.out(tableOf(header, rows, call.terminal));
}
