import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import { copiesResource, CopyProvenance } from '../../../../src/shares/copies/copy-provenance.js';
import { Rows } from '../object-rows.builder.js';

const password = { keys: ['password'], reshare: false };
const user = { keys: ['user'], reshare: true };

let rows: Rows;
let provenance: CopyProvenance;

beforeEach(() => {
  rows = new Rows();
  provenance = new CopyProvenance(rows);
});

const imports = () => rows.facts.get('s')?.['imports'];

describe('the origin of keys', () => {
  it('is recorded by import, and forgotten by import', async () => {
    await provenance.note('s', 'a', password);
    await provenance.note('s', 'b', user);
    expect(imports()).toEqual({ a: password, b: user });
    await provenance.forget('s', 'a');
    expect(imports()).toEqual({ b: user });
    await provenance.forget('s', 'b');
    expect(rows.facts.size).toBe(0);
  });

  it('is saved only if it changes', async () => {
    await provenance.note('s', 'a', password);
    await provenance.note('s', 'a', password);
    await provenance.forget('s', 'b');
    await provenance.forget('other', 'b');
    expect(rows.saved).toHaveLength(1);
  });

  it('stays that of another import that is noted at the same time', async () => {
    await provenance.note('s', 'a', password);
    await Promise.all([provenance.forget('s', 'a'), provenance.note('s', 'b', user)]);
    expect(imports()).toEqual({ b: user });
    await Promise.all([provenance.note('s', 'a', password), provenance.forget('s', 'b')]);
    expect(imports()).toEqual({ a: password });
  });

  it('is added to what another replica records meanwhile', async () => {
    let isFirst = true;
    rows.beforeSave = () => {
      if (isFirst) rows.put({ uid: 's', resource: copiesResource }, { imports: { b: user } });
      isFirst = false;
    };
    await provenance.note('s', 'a', password);
    expect(imports()).toEqual({ a: password, b: user });
  });

  it('is given up for this time if others change it at each try', async () => {
    let tries = 0;
    rows.beforeSave = () => {
      tries += 1;
      const changed = { imports: { b: { ...user, keys: [`${tries}`] } } };
      rows.put({ uid: 's', resource: copiesResource }, changed);
    };
    const code = 'Unavailable';
    await expect(provenance.note('s', 'a', password)).rejects.toMatchObject({ code });
    expect(tries).toBe(shareLimits.copyTriesMax);
  });

  it('can be recorded after a failure', async () => {
    rows.beforeSave = () => {
      throw unavailable('down');
    };
    const failed = provenance.note('s', 'a', password);
    const next = provenance.note('s', 'b', user);
    await expect(failed).rejects.toThrow('down');
    await expect(next).rejects.toThrow('down');
    rows.beforeSave = () => undefined;
    await provenance.note('s', 'a', password);
    expect(imports()).toEqual({ a: password });
  });
});
