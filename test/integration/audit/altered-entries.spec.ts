import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventExport } from '../../../src/audit/log/event-export.js';
import { LogStore } from '../../../src/audit/log/log-store.js';
import type { AuditService } from '../../../src/audit/audit.service.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../postgres/test-storage.js';
import { callContext, DONE } from '../../unit/audit/audit-builders.js';
import { type AuditFixture, auditOver } from './audit-fixture.js';
import { tamper } from './log-fixture.js';
import { untilSearchable } from '../../support/until-searchable.js';

describe.each(dialects)('an event that somebody edits in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let audit: AuditFixture;
  let service: AuditService;

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    audit = auditOver(await place.open());
    await audit.ready();
    ({ service } = audit);
    for (const secret of ['first', 'second', 'third']) {
      await service.record(
        callContext(),
        { action: 'secrets.get', namespace: 'pay', secret },
        DONE,
      );
    }
    await untilSearchable(audit.searches);
  });
  afterEach(async () => {
    await audit.close();
    await place.remove();
  });

  /** Another event of the same log takes the place of this one, as somebody would put it. */
  async function edit(leafIndex: number): Promise<void> {
    const statement = `UPDATE audit_entries SET event =
      (SELECT event FROM audit_entries WHERE leaf_index = 0) WHERE leaf_index = ${leafIndex}`;
    await tamper(place, dialect, statement);
  }

  it('is marked and not shown, and operators are told', async () => {
    await edit(1);
    const { items } = await service.list({}, { limit: 10 });
    expect(items.map(({ id, secret, marks }) => ({ id, secret, marks }))).toEqual([
      { id: '2', secret: 'third', marks: [] },
      { id: '1', secret: undefined, marks: ['altered'] },
      { id: '0', secret: 'first', marks: [] },
    ]);
    expect(await service.get('1')).toMatchObject({ marks: ['altered'], user: '' });
    expect(audit.alarms).toEqual([expect.stringContaining('entry 1 of the audit log was changed')]);
  });

  it('ends an export before it is in it', async () => {
    await edit(1);
    const pieces = eventExport(new LogStore(audit.database), { format: 'json' });
    await expect(pieces.next()).rejects.toThrow('entry 1 of the audit log was changed');
  });
});
