import type { SourceFile } from './source-files.js';

/** Ways to have a test that does not run, or alone runs, while the run passes. */
const skips = [
  /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|skipIf|runIf|todo|only|fails)\b/,
  /\b(?:ctx|context|task)\.skip\(/,
  /\(\{[^)]*\bskip\b[^)]*\}\) =>/,
  /\b(?:skip|todo|only): true\b/,
  /\bif \(.*\) (?:it|test|describe)(?:\.\w+)*\(/,
  /\?\s*(?:it|test|describe)(?:\.\w+)*\s*:/,
];

/** `path:line` of each test of these files that may be skipped. */
export function skippedTests(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      return skips.some((pattern) => pattern.test(line)) ? [`${path}:${index + 1}`] : [];
    }),
  );
}
