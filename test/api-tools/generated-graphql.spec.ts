import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { commandBlocks, pageFiles } from '../docs/fenced-blocks.js';
import { ReaderWorld } from '../docs/reader-world.js';
import { ensureNpmTool } from './npm-tools.js';
import { type ProgramResult, runOrFail, runProgram } from './run-program.js';

const timeoutMs = 120_000;
const page = readFileSync('docs/query-with-graphql.md', 'utf8');
const schemaPath = resolve('docs/api/schema.graphql');
/** Changes of a list that Relay makes by the payload of a mutation. */
const listMutations = `import { graphql } from 'relay-runtime';
export const create = graphql\`
  mutation listMutationsCreateMutation($input: CreateSecretInput!, $connections: [ID!]!) {
    createSecret(input: $input) {
      secret @appendNode(connections: $connections, edgeTypeName: "SecretEdge") { name }
    }
  }
\`;
export const remove = graphql\`
  mutation listMutationsRemoveMutation($input: DeleteSecretInput!) {
    deleteSecret(input: $input) { secret { id @deleteRecord } }
  }
\`;
`;
let world: ReaderWorld;
let folder: string;

beforeAll(async () => {
  world = await ReaderWorld.start();
  const [setUp] = commandBlocks(page);
  const { code, errorText } = await world.run(setUp?.commands ?? 'false');
  if (code !== 0) throw new Error(errorText);
});
afterAll(() => world?.stop());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-graphql-'));
  copyFileSync(schemaPath, join(folder, 'schema.graphql'));
  symlinkSync(world.path('.sallyport'), join(folder, '.sallyport'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text.replaceAll('http://127.0.0.1:8420', world.url));
}

/** Creates files of the page, and links the packages of a tool as `npm install` would. */
async function install(tool: string, files: RegExp): Promise<void> {
  for (const { name, text } of pageFiles(page)) if (files.test(name)) write(name, text);
  symlinkSync(join(await ensureNpmTool(tool), 'node_modules'), join(folder, 'node_modules'));
}

const run = (...programArguments: string[]): Promise<ProgramResult> =>
  runProgram(process.execPath, programArguments, { cwd: folder, timeoutMs });
const compile = () => run('node_modules/typescript/bin/tsc');

async function generate(): Promise<void> {
  await install('graphql-codegen', /^(overview|change|codegen|tsconfig)\./);
  const program = 'node_modules/@graphql-codegen/cli/esm/bin.js';
  const options = { cwd: folder, timeoutMs };
  await runOrFail(process.execPath, [program, '--config', 'codegen.json'], options);
}

it('codegen generates types with which the program of the page compiles and works', async () => {
  await generate();
  expect(await compile()).toEqual({ code: 0, output: '', errorText: '' });
  expect(await run('overview.mts')).toMatchObject({
    code: 0,
    output: 'graph-api does not rotate\ngraph-db 0 3 * * 0\n',
  });
});

it('codegen generates types that refuse a variable of another type and an unknown field', async () => {
  await generate();
  const program = readFileSync(join(folder, 'overview.mts'), 'utf8');
  write('overview.mts', program.replace('first: 1', "first: '1'").replace('{ name,', '{ nope,'));
  const { code, output } = await compile();
  expect(code).not.toBe(0);
  expect(output).toContain("Type 'string' is not assignable to type 'number'");
  expect(output).toContain("Property 'nope' does not exist");
});

const relay = () => run('node_modules/relay-compiler/cli.js');

it('relay-compiler compiles connections and mutations without errors', async () => {
  await install('relay-compiler', /^(secret-list|relay)\./);
  write('list-mutations.ts', listMutations);
  const { code, output, errorText } = await relay();
  expect({ code, output, errorText }).toMatchObject({ code: 0 });
  expect(output + errorText).not.toMatch(/ERROR|WARN/);
  for (const name of ['secretListPageQuery', 'listMutationsCreateMutation']) {
    const artifact = readFileSync(join(folder, `__generated__/${name}.graphql.ts`), 'utf8');
    expect(artifact).toContain('ConcreteRequest');
  }
});

it('relay-compiler refuses a field that the schema does not have', async () => {
  await install('relay-compiler', /^(secret-list|relay)\./);
  const documents = readFileSync(join(folder, 'secret-list.ts'), 'utf8');
  write('secret-list.ts', documents.replace('updatedAt', 'nope'));
  const { code, output, errorText } = await relay();
  expect(code).not.toBe(0);
  expect(output + errorText).toContain('nope');
});
