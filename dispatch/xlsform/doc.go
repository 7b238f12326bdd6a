// Package xlsform reads a questionnaire from an XLSForm workbook and writes one:
// the sheets survey, choices and settings that the field's other tools know.
//
// Reading makes the text of our own questionnaire in YAML, and that text is what
// is published: its hash, its versions and its errors stay those of
// dispatch/instrument. Form.Place tells an error of a line of it as the cell it
// came from. What the workbook has and our form has not is never dropped in
// silence: every such cell is a Finding, a fault (it cannot be published so) or
// a remark (left out, or carried in another way), with its code.
//
// Beyond XLSForm the sheets may have columns of ours. In survey: kind, key,
// core, consent, page, random (of a group: its questions in an order drawn by lot),
// missing, min, max, decimals, at_most, max_length, accept, max_size, record, and in every
// language sms, voice, low, high, and audio (the name of a recording, which XLSForm
// calls media::audio). In choices: other, exclusive, and in every
// language short, voice. In settings: intro in every language, minutes, ask_again, not_understood. A list
// named "missing" gives the texts of 98 and 99 that all questions offer. Without
// them a form is read all the same, and what was chosen is told.
//
// A number of steps from 0 to 10 or fewer (range) is a scale, a longer one a
// number; select_one with the appearance likert is a scale of labelled steps; a
// group with the appearance table-list, or of label and list-nolabel, is a
// matrix where its rows are alike. Bounds written as a constraint (". >= 1 and
// . <= 5", "count-selected(.) <= 3", "string-length(.) <= 160") become the
// bounds of our form; what else the constraint says stays one. Without a page
// column every question has a page of its own, and a group shown as a list
// (field-list) has one together.
//
// A question for an image or a file is an attachment, of photos or of both kinds;
// accept (photo, document), at_most files and max_size in MB say more. Sound and
// film are not taken.
//
// Names and codes that ours cannot have (accents, blanks, codes such as "yes",
// which providers of SMS take for a keyword) are changed everywhere alike, in
// conditions and texts too, and told.
//
// It is not the check of a questionnaire (dispatch/instrument) nor its store.
// It is pure: no database, no network, no clock; the workbook comes as bytes,
// read within the bounds of dispatch/contactlist.
//
// It may import dispatch/survey, dispatch/instrument and dispatch/contactlist,
// and outside excelize (to write a workbook; it reads none), yaml, x/text.
//
// Read next: read.go (from the workbook to a form), form.go (what lies between),
// yaml.go (from form to text); source.go and write.go (the way back).
package xlsform
