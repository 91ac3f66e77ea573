import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const IMPORT = /(?:from|import|import\() ?'(\.[^']+)\.js'/g;
const PACKAGE = /'@sallyport\/([a-z-]+)(\/[a-z-]+)?'/g;

/** Returns the files of the repository that a file imports by name, relative to the root. */
export function importsOf(path: string, text = readFileSync(path, 'utf8')): readonly string[] {
  const beside = [...text.matchAll(IMPORT)].map(([, name = '']) =>
    normalize(join(dirname(path), `${name}.ts`)),
  );
  const packages = [...text.matchAll(PACKAGE)].map(
    ([, name = '', part = '/index']) => `packages/${name}/src${part}.ts`,
  );
  return [...beside, ...packages].filter((imported) => existsSync(imported));
}
