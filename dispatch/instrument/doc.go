// Package instrument is the questionnaire.
package instrument
