import { cloudPages, testPages } from './page-tests.js';

testPages(cloudPages);
