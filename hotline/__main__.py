"""`python -m hotline`: the command line, for children started without a PATH."""

from hotline.cli.main import main

if __name__ == "__main__":
    main()
