// The thread that makes the index, which takes its time over each commit.
import { workerData } from 'node:worker_threads';
import { SearchIndexFile } from '../../../../src/audit/search-index/search-index-file.js';

const SLOW_MS = 300;
const STALLED_MS = 8_000;

const { location } = workerData as { location: { path: string } };
const ms = location.path.includes('stalled') ? STALLED_MS : SLOW_MS;
const prototype = SearchIndexFile.prototype;
type Given = Parameters<SearchIndexFile['add']>;
const add = Reflect.get(prototype, 'add') as (...given: Given) => void;
prototype.add = function slowly(this: SearchIndexFile, ...given: Given): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  add.apply(this, given);
};
await import('../../../../src/audit/search-index/search-index.worker.js');
