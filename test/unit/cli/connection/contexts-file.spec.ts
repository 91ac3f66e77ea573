import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContextsFile } from '../../../../src/cli/connection/contexts-file.js';
import { withContext } from '../../../../src/cli/connection/contexts.js';

const CHANGES = 20;
const address = 'https://sallyport.example.com';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-contexts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => {
  return new ContextsFile({ env: { SALLYPORT_CLI_CONFIG: join(folder, 'c') }, homeFolder: folder });
};

describe('the file of the contexts', () => {
  it('loses no change of many at the same time', async () => {
    const names = Array.from({ length: CHANGES }, (_, index) => `context-${index}`);
    const change = (name: string) =>
      file().change(async (contexts) => {
        await Promise.resolve();
        return withContext(contexts, name, { address });
      });
    await Promise.all(names.map(change));
    expect(Object.keys((await file().read()).contexts).toSorted()).toEqual(names.toSorted());
    expect(readdirSync(folder).toSorted()).toEqual(['.c.lock', 'c']);
  });

  it('stays as it is if a change fails, and can be changed then', async () => {
    await file().change((contexts) => withContext(contexts, 'prod', { address }));
    const before = await file().read();
    await expect(file().change(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await file().read()).toEqual(before);
    await file().change((contexts) => withContext(contexts, 'test', { address }));
    expect(Object.keys((await file().read()).contexts)).toEqual(['prod', 'test']);
  });
});
