// Runs before the first paint, so that nobody sees the wrong theme or direction flash by.
import { applyToDocument } from './preferences';

applyToDocument();
