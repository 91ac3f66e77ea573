import { otherPages, testPages } from './page-tests.js';

testPages(otherPages);
