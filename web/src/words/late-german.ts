import delivery from './de/delivery.json';
import scenario from './de/scenario.json';
import settings from './de/settings.json';
import sources from './de/sources.json';
import upload from './de/upload.json';

export const lateGerman = { delivery, scenario, settings, sources, upload };
