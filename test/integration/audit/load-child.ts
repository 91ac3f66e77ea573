// Appends events to a log for ever, many at once, and tells which were acknowledged, so that a test
// can take the process, or its system calls, away from under it.
import { writeSync } from 'node:fs';
import { AuditWriter } from '../../../src/audit/audit-writer.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { eventOf } from '../../unit/audit/audit-builders.js';
import { rowKeyOf } from '../../unit/encryption/row-integrity.builder.js';

const IN_FLIGHT = 48;
const STDOUT = 1;
const [dataDir = '', name = '', userAgentBytes = '0'] = process.argv.slice(2);
/** What makes an event long. */
const more = userAgentBytes === '0' ? {} : { userAgent: 'x'.repeat(Number(userAgentBytes)) };

/** Into a file, so what was told outlives a kill. */
const tell = (line: string) => writeSync(STDOUT, `${line}\n`);

// Ends with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume();
tell('loaded');
const database = await SqliteDatabase.open(dataDir);
const writer = new AuditWriter(database.location, {
  rowKey: rowKeyOf(),
  onAlarm: (message) => tell(`! ${message}`),
});
tell('open');
let next = 0;
for (let i = 0; i < IN_FLIGHT; i += 1) void appendForEver();

async function appendForEver(): Promise<never> {
  for (;;) {
    next += 1;
    const auditId = `${name}-${next}`;
    const json = JSON.stringify({ ...eventOf({ ctx: { auditId } }), ...more });
    const index = await writer.append({ json, stage: 'single' }).catch(pause);
    if (index !== undefined) tell(`${auditId} ${index}`);
  }
}

/** After a refusal, lest the loop spins where all is refused. */
function pause(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), 5));
}
