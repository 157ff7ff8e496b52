import scenario from './de/scenario.json';
import settings from './de/settings.json';

export const lateGerman = { scenario, settings };
