import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import { CopyRecords } from '../../../../src/shares/copies/copy-records.js';
import { importKind } from '../../../../src/shares/domain/import-spec.js';
import { Rows } from '../object-rows.builder.js';
import { aRecord } from './domain/copy.builder.js';

const object = (uid: string) => ({ uid, resource: importKind.resource });
const down = unavailable('down');

let rows: Rows;
let records: CopyRecords;
let faults: unknown[];

beforeEach(() => {
  rows = new Rows();
  faults = [];
  records = new CopyRecords(rows, (error) => faults.push(error));
});

describe('all records', () => {
  it('are read, however many there are, and those of other kinds are not', async () => {
    const count = shareLimits.recordsPageMax * 2;
    for (let index = 0; index < count; index += 1) rows.put(object(`u${index}`), aRecord());
    rows.put({ uid: 'secret', resource: 'secrets' }, { imports: {} });
    await records.load();
    expect(records.all.size).toBe(count);
    expect(records.get('secret')).toBeUndefined();
  });

  it('are known as before until all are read', async () => {
    await records.save('u', aRecord());
    rows.beforeList = () => expect(records.get('u')).toEqual(aRecord());
    await records.load();
    rows.isDown = true;
    await expect(records.load()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(records.get('u')).toEqual(aRecord());
  });

  it('are read without those of another version, each of which is a fault', async () => {
    rows.put(object('newer'), { ...aRecord(), sharedAs: 'text' });
    rows.put(object('u'), aRecord());
    await records.load();
    expect([...records.all.keys()]).toEqual(['u']);
    expect(faults).toHaveLength(1);
    await expect(records.save('newer', aRecord())).rejects.toThrow('sharedAs');
    expect(rows.facts.get('newer')).toMatchObject({ sharedAs: 'text' });
  });

  it('lack those that another replica has removed', async () => {
    await records.save('u', aRecord());
    rows.facts.delete('u');
    await records.load();
    expect(records.all.size).toBe(0);
  });
});

describe('a record', () => {
  it('is saved if it differs from the known one', async () => {
    await records.save('u', aRecord());
    await records.save('u', aRecord());
    expect(rows.saved).toEqual([aRecord()]);
    await records.remove('u');
    expect([records.get('u'), rows.facts.size]).toEqual([undefined, 0]);
  });

  it('is not known if it could not be saved', async () => {
    rows.beforeSave = () => {
      throw down;
    };
    await expect(records.save('u', aRecord())).rejects.toBe(down);
    expect(records.get('u')).toBeUndefined();
  });

  it('of another replica is not overwritten, and known from then on', async () => {
    await records.save('u', aRecord());
    const other = aRecord({ delivery: 'of-another' });
    rows.put(object('u'), other);
    const save = (keys: string[]) => records.save('u', aRecord({ keys }));
    await expect(save([])).rejects.toMatchObject({ code: 'Unavailable' });
    expect([rows.facts.get('u'), records.get('u')]).toEqual([other, other]);
    await save(['user']);
    expect(rows.facts.get('u')).toEqual(aRecord({ keys: ['user'] }));
  });

  it('that another replica has removed is not known any more', async () => {
    await records.save('u', aRecord());
    rows.facts.delete('u');
    await expect(records.save('u', aRecord({ keys: [] }))).rejects.toThrow('another replica');
    expect(records.get('u')).toBeUndefined();
  });

  it('whose answer was lost can be saved again', async () => {
    rows.afterSave = () => {
      throw down;
    };
    await expect(records.save('u', aRecord())).rejects.toBe(down);
    rows.afterSave = () => undefined;
    const next = aRecord({ delivery: 'd2' });
    await expect(records.save('u', next)).rejects.toMatchObject({ code: 'Unavailable' });
    await records.save('u', next);
    expect([records.get('u'), rows.facts.get('u')]).toEqual([next, next]);
  });
});
