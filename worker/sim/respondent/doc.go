// Package respondent is the invented province of Lam Xuyên and its crowd: 300
// collaborators who exist nowhere, the messy workbook that an office would keep
// of them, and what each of them does when a mail, a text or a call arrives.
//
// It is a stranger to the house. It knows the product only by the wire: it
// reads the mails that smtpsink took, opens their links and presses the buttons
// it finds in the forms, answers the texts and the calls that twiliosim brings, and the texts of androidsim.
// It never looks into a database, never calls a function of ours, and does not
// know what a question is called. So the numbers of a demo are the numbers of a
// survey that really happened.
//
// It is not a load generator, and nobody in it is anybody: e-mail addresses end
// in .example (the slips of dirt 13 in an ending that does not exist), mobiles
// begin with 030, 031, 051 or 095, which no operator has been given. Numbers of
// real ranges stand in the workbook only where they are the very point, marked
// "ngừng nhận". The crowd opens loopback addresses only.
//
// Everything is decided by a seed: names, addresses, dirt, habits, answers. Only
// the order in which people react depends on the clock.
//
// It may import the two simulators of ours; outside, excelize (to write the
// workbook), golang.org/x/net/html and golang.org/x/text.
//
// Read next: province.go (who lives there), habit.go (what they do), dirt.go
// and workbook.go (the list), crowd.go (how they hear of us), web.go, text.go
// and voice.go (how they answer).
package respondent
