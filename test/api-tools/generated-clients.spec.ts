import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureGoPrograms } from '../cluster/go-programs.js';
import { runGo } from '../cluster/go-toolchain.js';
import { pageFiles } from '../docs/fenced-blocks.js';
import { ReaderWorld } from '../docs/reader-world.js';
import { ensurePipPackages } from '../python-client/pip-packages.js';
import { documentPath, toolFolder } from './api-document.js';
import { ensureOpenapiGenerator } from './openapi-generator.js';
import { runOrFail, runProgram } from './run-program.js';

const compileMsMax = 10 * 60_000;
const withPython = 'openapi-python-client';
const importAll = `
import importlib, pkgutil, sallyport_client
names = [m.name for m in pkgutil.walk_packages(sallyport_client.__path__, "sallyport_client.")]
for name in names:
    importlib.import_module(name)
print(len(names))
`;
const oapiCodegen = {
  moduleDir: toolFolder('oapi-codegen'),
  versionOf: 'github.com/oapi-codegen/oapi-codegen/v2',
  name: 'oapi-codegen',
  title: 'oapi-codegen',
  duration: '1 minute',
  packages: ['github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen'],
};
const setUp = `
for name in go-orders python-orders; do
  curl -fsS -o answer.json -H @.sallyport/headers/admin --json '{
    "name": "'$name'", "stringData": {"password": "first-password"}}' \\
    http://127.0.0.1:8420/v1/namespaces/default/secrets
done
head -c 32 /dev/urandom > new-password
`;
let folder: string;
let world: ReaderWorld;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-generated-'));
  world = await ReaderWorld.start();
  const { code, errorText } = await world.run(setUp);
  if (code !== 0) throw new Error(errorText);
});
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The program of a page that uses generated code. */
function programOf(page: string, name: string): string {
  const files = pageFiles(readFileSync(`docs/${page}.md`, 'utf8'));
  const program = files.find((file) => file.name === name)?.text;
  if (program === undefined) throw new Error(`docs/${page}.md has no file ${name}`);
  return program;
}

/** Runs a program of a page in the sandbox, and compares the stored value. */
async function checkService(command: string, secret: string): Promise<void> {
  expect(await world.run(command)).toMatchObject({ code: 0, output: 'wrote 32 bytes\n' });
  const key = `http://127.0.0.1:8420/v1/namespaces/default/secrets/${secret}/keys/password`;
  const compared = await world.run(
    `curl -fsS -H @.sallyport/headers/admin ${key} | cmp - new-password`,
  );
  expect(compared).toMatchObject({ code: 0, output: '' });
}

it('openapi-python-client generates a package that compiles, loads and works', async () => {
  const packages = await ensurePipPackages({
    requirementsFile: join(toolFolder(withPython), 'requirements.txt'),
    package: withPython,
    name: withPython,
    failure: 'The client in Python cannot be generated',
  });
  const generated = join(folder, 'python');
  const client = join(generated, 'sallyport_client');
  const environment = {
    PYTHONPATH: [generated, packages].join(delimiter),
    PATH: [join(packages, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
  };
  const options = { environment, timeoutMs: compileMsMax };
  const generate = ['-m', 'openapi_python_client', 'generate', '--path', documentPath];
  mkdirSync(generated);
  const { code, output, errorText } = await runProgram(
    'python3',
    [...generate, '--meta', 'none', '--output-path', client],
    options,
  );
  expect({ code, errorText }).toMatchObject({ code: 0 });
  // The generator has no responses in YAML.
  const warnings = (output + errorText).match(/^(WARNING|ERROR).*$/gm);
  expect(warnings).toEqual(['WARNING parsing GET /v1/kubeconfig within access.']);
  await runOrFail('python3', ['-m', 'compileall', '-q', client], options);
  const modules = await runOrFail('python3', ['-c', importAll], options);
  expect(Number(modules)).toBeGreaterThan(200);
  world.write('generated.py', programOf('call-from-python', 'generated.py'));
  await checkService(`PYTHONPATH=${environment.PYTHONPATH} python3 generated.py`, 'python-orders');
});

it('oapi-codegen generates a package that compiles and works', async () => {
  const programs = await ensureGoPrograms(oapiCodegen, process.env);
  const moduleDir = join(folder, 'go');
  cpSync(toolFolder('go-service'), moduleDir, { recursive: true });
  mkdirSync(join(moduleDir, 'sallyport'));
  const target = ['-package', 'sallyport', '-o', join(moduleDir, 'sallyport/client.gen.go')];
  const generate = ['-generate', 'types,client', ...target, documentPath];
  await runOrFail(join(programs, 'oapi-codegen'), generate, { timeoutMs: compileMsMax });
  const program = programOf('call-from-go', 'generated.go').replaceAll(':8420', portOf(world.url));
  writeFileSync(join(moduleDir, 'main.go'), program);
  const run = { moduleDir, environment: process.env, timeoutMs: compileMsMax };
  await runGo(['vet', '-mod=readonly', './...'], run);
  await runGo(['build', '-mod=readonly', '-o', world.path('generated-service'), '.'], run);
  await checkService('./generated-service', 'go-orders');
});

it('openapi-generator generates code in Java that compiles', async () => {
  const generator = await ensureOpenapiGenerator();
  const generated = join(folder, 'java');
  const source = ['-i', documentPath, '-g', 'java', '--library', 'native', '-o', generated];
  const generate = ['-jar', generator, 'generate', ...source];
  await runOrFail('java', generate, { timeoutMs: compileMsMax });
  const compile = ['-B', '-q', '-DskipTests', 'compile'];
  await runOrFail('mvn', compile, { cwd: generated, timeoutMs: compileMsMax });
  expect(existsSync(join(generated, 'target/classes'))).toBe(true);
});

function portOf(url: string): string {
  return `:${new URL(url).port}`;
}
