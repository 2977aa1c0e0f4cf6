package center

// File is a file that a letter encloses.
type File struct {
	Name string // as it is kept, in any letters
	Type string // media type
	Body []byte
}

// Enclosure is what letters carry beside their words. It is drawn once, however
// many get it, and says in all of them the same.
type Enclosure struct {
	List      *MailedList
	Statement *Statement
	Files     []File
}

// MaxEnclosed is how large the files of a letter may be together: in the form
// they travel in they are a third larger, and a letter with them stays within
// what mailboxes and SES take.
const MaxEnclosed = 3 << 20
