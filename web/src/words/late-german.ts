import connect from './de/connect.json';
import delivery from './de/delivery.json';
import place from './de/place.json';
import scenario from './de/scenario.json';
import settings from './de/settings.json';
import sources from './de/sources.json';
import upload from './de/upload.json';

export const lateGerman = { connect, delivery, place, scenario, settings, sources, upload };
