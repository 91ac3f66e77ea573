/** Returns a module of a thread, with `parentPort` and `workerData` at hand. */
export function threadModule(source: string): URL {
  const imports = 'import { parentPort, workerData } from "node:worker_threads";';
  return new URL(`data:text/javascript,${encodeURIComponent(imports + source)}`);
}
