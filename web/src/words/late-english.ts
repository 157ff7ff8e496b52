import connect from './en/connect.json';
import delivery from './en/delivery.json';
import place from './en/place.json';
import scenario from './en/scenario.json';
import settings from './en/settings.json';
import sources from './en/sources.json';
import upload from './en/upload.json';

/** What no first screen says, and what is much. */
export const lateEnglish = { connect, delivery, place, scenario, settings, sources, upload };
