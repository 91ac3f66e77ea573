import { conformanceSuite } from './conformance-suite.js';

conformanceSuite('what is particular to kinds', 'kinds');
