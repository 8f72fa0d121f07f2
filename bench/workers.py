"""`make bench WHAT=workers`: what calls to a child process cost, beside their peers and the floor, in one run."""

if __name__ == "__main__":  # multiprocessing has its children run this file again: they are to import nothing for it
    from worker_run import main

    main()
