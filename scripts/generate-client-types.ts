// Writes the types of packages/client: those of the named schemas of the committed description.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';

interface Description {
  readonly openapi: string;
  readonly info: object;
  readonly components: { readonly schemas: object };
}

const target = 'packages/client/src/types.ts';
const header = '// Written by `npm run generate:client` from docs/api/openapi.json.\n';

/** Returns the types of all named schemas as TypeScript. */
export async function clientTypes(): Promise<string> {
  const text = readFileSync('docs/api/openapi.json', 'utf8');
  const { openapi, info, components } = JSON.parse(text) as Description;
  const { schemas } = components;
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-types-'));
  try {
    await createClient({
      input: { openapi, info, paths: {}, components: { schemas } },
      output: folder,
      plugins: ['@hey-api/typescript'],
      logs: { level: 'silent' },
    });
    const written = readFileSync(join(folder, 'types.gen.ts'), 'utf8');
    return header + written.replace(/^export type ClientOptions = \{.*?^\};\n\n/ms, '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) writeFileSync(target, await clientTypes());
