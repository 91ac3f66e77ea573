// Bundles the programs of a compiled gateway with all that they load at each start: to resolve and
// load 1,500 modules takes a third of a start.
//   node scripts/bundle-programs.ts dist    after the compiler: replaces the programs in `dist`
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

const PROGRAMS = ['main', 'cli'];
const FOLDER = 'bundled';
/** The package of this repository that the command line is built on: its source is bundled. */
const CLIENT = '@sallyport/client';
/** Packages that few gateways load, or that an installation may lack. */
const LOADED_ON_DEMAND = [
  '@grpc/grpc-js',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace',
  '@sallyport/kube-sandbox',
  'ioredis',
  'mongodb',
  'mysql2',
  'pg',
];

/** Replaces the programs in a folder of compiled modules; the modules stay. */
export async function bundlePrograms(folder: string): Promise<void> {
  for (const name of PROGRAMS) {
    const output = join(folder, FOLDER, name);
    await bundleProgram(join(folder, `${name}.js`), { folder, output });
    writeFileSync(join(folder, `${name}.js`), `import './${FOLDER}/${name}/${name}.js';\n`);
  }
}

async function bundleProgram(
  input: string,
  { folder, output }: { readonly folder: string; readonly output: string },
): Promise<void> {
  const build = await rolldown({
    input,
    platform: 'node',
    external: isExternal,
    resolve: {
      alias: {
        [CLIENT]: resolve('packages/client/src/index.ts'),
        // Its UMD file has a `require` of its own, which no bundler follows.
        'jsonc-parser': resolve('node_modules/jsonc-parser/lib/esm/main.js'),
      },
    },
    plugins: [modulesOf(folder, output)],
    // Silent: packages have optional parts, which are not installed.
    logLevel: 'silent',
  });
  await build.write({
    format: 'esm',
    dir: output,
    sourcemap: true,
    sourcemapExcludeSources: true,
    // Names of classes are names of GraphQL types.
    keepNames: true,
  });
  await build.close();
}

function isExternal(id: string, importer: string | undefined): boolean {
  if (/^[./\0]/.test(id) || isBuiltin(id) || id === CLIENT) return false;
  if (LOADED_ON_DEMAND.some((name) => id === name || id.startsWith(`${name}/`))) return true;
  return importer !== undefined && !isInstalled(id, importer);
}

/** Reports whether Node finds a package from a module; optional ones are absent. */
function isInstalled(id: string, importer: string): boolean {
  try {
    createRequire(importer).resolve(id);
    return true;
  } catch (error) {
    // A package can be for `import` alone.
    return (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}

/** Keeps the source map of each compiled module, and the paths that are relative to it. */
function modulesOf(folder: string, output: string): Plugin {
  return {
    name: 'compiled-modules',
    load(id) {
      if (!id.startsWith(`${folder}/`) || !id.endsWith('.js')) return undefined;
      const own = relative(output, id);
      const url = `new URL(${JSON.stringify(own)}, import.meta.url).href`;
      // Of the same number of lines, so that the map still fits.
      const code = readFileSync(id, 'utf8').replaceAll('import.meta.url', url);
      return { code, map: readFileSync(`${id}.map`, 'utf8') };
    },
  };
}

const [, program, folder] = process.argv;
if (program === import.meta.filename && folder !== undefined) await bundlePrograms(resolve(folder));
