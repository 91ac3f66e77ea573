// A gateway's audit in a process of its own, so that a test can kill it or run it as somebody else.
import { leafIndexAt } from '../../../src/audit/domain/entry-place.js';
import { callContext } from '../../unit/audit/audit-builders.js';
import { entry, openAudit, readOnce } from './audit-fixture.js';

export type ChildOrder = 'append' | 'read' | 'write' | 'stop';
export type ChildReport =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'appended'; readonly index: number }
  | { readonly kind: 'read'; readonly status: number; readonly durationMs: number }
  | { readonly kind: 'writing' };

const report = (message: ChildReport) => process.send?.(message);

try {
  const audit = await openAudit(process.argv[2] ?? '');
  process.on('message', (order: ChildOrder) => void obey(order));
  report({ kind: 'open' });

  async function obey(order: ChildOrder): Promise<void> {
    if (order === 'append') {
      for (let i = 0; i < 64; i += 1) void appendForEver();
      // Whoever searches has the index made, which a kill then finds somewhere behind the log.
      void searchForEver();
    }
    if (order === 'write') void writeForEver();
    if (order === 'read') await read();
    if (order !== 'stop') return;
    await audit.close();
    process.disconnect();
  }

  async function appendForEver(): Promise<never> {
    for (;;) {
      const index = leafIndexAt(await audit.writer.append(entry()));
      report({ kind: 'appended', index });
    }
  }

  async function searchForEver(): Promise<never> {
    for (;;) await audit.service.list({}, { limit: 1 });
  }

  function writeForEver(): Promise<void> {
    const facts = { action: 'secrets.update', namespace: 'pay', secret: 'db' } as const;
    return audit.calls.write(callContext({ auditId: 'write-1' }), facts, () => {
      report({ kind: 'writing' });
      return Promise.withResolvers<void>().promise;
    });
  }

  async function read(): Promise<void> {
    const startedAtMs = performance.now();
    const status = await readOnce(audit).then(
      () => 200,
      (error: { status: number }) => error.status,
    );
    report({ kind: 'read', status, durationMs: performance.now() - startedAtMs });
  }
} catch (error) {
  report({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
  process.disconnect();
}
